"""The work items in PyTorch, written by hand and tuned: one thread, no graph in forward passes, denormals flushed, the fastest
way to call Adam that this version has. Of two ways to write something the quicker is kept, and the note says which."""
import torch
import torch.nn.functional as F
from torch.optim.adam import adam as functional_adam

from prepared import Prepared, fastest

torch.set_num_threads(1)
torch.set_flush_denormal(True)


def about():
    capability = torch.__config__.show().split("CPU capability usage: ")[1].split("\n")[0]
    return f"PyTorch {torch.__version__}, {capability}, {torch.get_num_threads()} thread, no torch.compile"


def prepare(work, arrays, request):
    tensors = {name: torch.from_numpy(a) for name, a in arrays.items()}
    kind = work["kind"]
    if kind in ("classifier", "mlp"):
        model = classifier_scores if kind == "classifier" else mlp_scores
        names = ["prototypes"] if kind == "classifier" else ["w1", "b1", "w2", "b2", "w3", "b3"]
        if kind == "mlp":
            tensors = turned(tensors)
        if work["mode"] == "forward":
            return forward(model, names, tensors)
        return step(model, names, tensors, request["adam"], request["steps"])
    if kind == "rules":
        return rules(tensors, request["adam"], request["steps"])
    return {"recurrent": recurrent, "matmul": matmul, "chain": chain, "scalars": scalars}[kind](tensors)


# --- models ---------------------------------------------------------------------------------------------


def both(a, b):
    """The Kleene polynomial of AND, (a + b + ab - a^2 - b^2 + (ab)^2) / 2, in seven calls."""
    ab = a * b
    s = torch.addcmul(torch.addcmul(a + b + ab, a, a, value=-1), b, b, value=-1)
    return torch.addcmul(s, ab, ab) * 0.5


CATEGORIES = 5
OTHERS = [torch.tensor([k if k < i else k + 1 for i in range(CATEGORIES)]) for k in range(CATEGORIES - 1)]


def folded(like):
    """score_i = like_i AND NOT like_j for all j != i, from the left; one connective per turn for all i at once."""
    against = -like
    scores = like
    for turn in OTHERS:
        scores = both(scores, against.index_select(1, turn))
    return scores


def classifier_scores(x, p):
    (prototypes,) = p
    norms = x.norm(dim=1, keepdim=True) * prototypes.norm(dim=1)
    return 10.0 * folded(x @ prototypes.t() / norms)


def mlp_scores(x, p):
    """The weights stand as PyTorch's own layers have them, [out, in]."""
    w1, b1, w2, b2, w3, b3 = p
    h = F.linear(x, w1, b1).relu_()
    h = F.linear(h, w2, b2).relu_()
    return F.linear(h, w3, b3)


def turned(tensors):
    return {n: t.t().contiguous() if n in ("w1", "w2", "w3") else t for n, t in tensors.items()}


# --- forward, step --------------------------------------------------------------------------------------


def forward(model, names, tensors):
    x, params = tensors["x"], [tensors[n] for n in names]

    def run():
        with torch.inference_mode():
            return torch.softmax(model(x, params), dim=1)

    def scripted():
        traced = torch.jit.trace(lambda x, *p: torch.softmax(model(x, p), dim=1), (x, *params), check_trace=False)
        frozen = [x, *params]

        def call():
            with torch.inference_mode():
                return traced(*frozen)

        for _ in range(5):
            call()
        return call

    results = {"result": run().numpy()}
    plain = Prepared(results, run, note="eager")
    return fastest([plain, Prepared(results, scripted(), note="torch.jit.trace")], 5, 50)


class Training:
    """Parameters, the states of Adam, and one step; `kind` says how Adam is called."""

    def __init__(self, model, names, tensors, adam, kind):
        self.model, self.names, self.tensors, self.adam, self.kind = model, names, tensors, adam, kind
        self.x, self.y = tensors["x"], tensors["y"]
        self.classes = self.y.argmax(dim=1)
        sizes = [tensors[n].numel() for n in names]
        self.flat = torch.zeros(sum(sizes))
        self.flat_grad = torch.zeros(sum(sizes))
        parts = zip(names, self.flat.split(sizes), self.flat_grad.split(sizes))
        self.params = []
        for n, part, grad in parts:
            p = part.view(tensors[n].shape) if kind == "flat" else tensors[n].clone()
            p = p.detach().requires_grad_()
            if kind == "flat":
                p.grad = grad.view(tensors[n].shape)
            self.params.append(p)
        self.begin()

    def begin(self):
        a = self.adam
        with torch.no_grad():
            for p, n in zip(self.params, self.names):
                p.copy_(self.tensors[n])
        settings = dict(lr=a["rate"], betas=(a["beta1"], a["beta2"]), eps=a["epsilon"])
        if self.kind in ("single", "foreach"):
            self.optimizer = torch.optim.Adam(self.params, foreach=self.kind == "foreach", **settings)
        whole = [self.flat] if self.kind == "flat" else self.params
        self.means = [torch.zeros_like(p) for p in whole]
        self.squares = [torch.zeros_like(p) for p in whole]
        self.room = torch.empty_like(self.flat)
        self.counts = [torch.tensor(0.0) for _ in self.params]
        self.taken = 0

    def step(self):
        loss = F.cross_entropy(self.model(self.x, self.params), self.classes)
        if self.kind == "flat":
            self.flat_grad.zero_()
            loss.backward()
            self.flat_adam()
            return loss.item()
        grads = torch.autograd.grad(loss, self.params)
        if self.kind == "functional":
            a = self.adam
            with torch.no_grad():
                functional_adam(
                    self.params, list(grads), self.means, self.squares, [], self.counts, foreach=True, amsgrad=False,
                    beta1=a["beta1"], beta2=a["beta2"], lr=a["rate"], weight_decay=0.0, eps=a["epsilon"], maximize=False,
                )  # fmt: skip
        else:
            for p, g in zip(self.params, grads):
                p.grad = g
            self.optimizer.step()
        return loss.item()

    def flat_adam(self):
        """Adam by hand over all parameters side by side, nothing allocated."""
        a, g, m, v, room = self.adam, self.flat_grad, self.means[0], self.squares[0], self.room
        self.taken += 1
        first, second = 1 - a["beta1"] ** self.taken, 1 - a["beta2"] ** self.taken
        with torch.no_grad():
            m.mul_(a["beta1"]).add_(g, alpha=1 - a["beta1"])
            v.mul_(a["beta2"]).addcmul_(g, g, value=1 - a["beta2"])
            torch.sqrt(v, out=room)
            room.mul_(second**-0.5).add_(a["epsilon"])
            self.flat.addcdiv_(m, room, value=-a["rate"] / first)

    def prepared(self, count):
        self.begin()
        losses = [self.step() for _ in range(count)]
        params = {n: p.detach().numpy().copy() for n, p in zip(self.names, self.params)}
        for n in ("w1", "w2", "w3"):
            if n in params:
                params[n] = params[n].T
        return {"losses": losses, **params}


NOTES = {
    "single": "torch.optim.Adam",
    "foreach": "torch.optim.Adam, foreach",
    "functional": "torch.optim.adam.adam, foreach",
    "flat": "Adam by hand over one flat array",
}


def trainings(model, names, tensors, adam):
    return [Training(model, names, tensors, adam, kind) for kind in ("single", "foreach", "functional", "flat")]


def step(model, names, tensors, adam, count):
    made = []
    for t in trainings(model, names, tensors, adam):
        made.append(Prepared(t.prepared(count), t.step, t.begin, note=NOTES[t.kind]))
    return fastest(made, 5, 20)


def rules(tensors, adam, count):
    made = []
    for t in trainings(classifier_scores, ["prototypes"], tensors, adam):

        def epochs(t=t):
            t.begin()
            for _ in range(count):
                t.step()

        made.append(Prepared(t.prepared(count), epochs, note=NOTES[t.kind]))
    return fastest(made, 3, 2)


# --- the others -----------------------------------------------------------------------------------------


def recurrent(tensors):
    x, y = tensors["x"], tensors["y"]
    params = [tensors[n].clone().requires_grad_() for n in ("u", "w", "b")]

    def loss_by_hand(u, w, b):
        drive = torch.addmm(b, x, u)
        h = torch.zeros(1, 64)
        for row in drive.split(1):
            h = torch.addmm(row, h, w).tanh()
        return ((h[0] - y) ** 2).mean()

    scripted = torch.jit.trace(loss_by_hand, tuple(params), check_trace=False)

    zero = torch.zeros(64)
    start = torch.zeros(1, 1, 64)

    def loss_of_rnn(u, w, b):
        _, h = torch._VF.rnn_tanh(x[:, None], start, [u.t(), w.t(), b, zero], True, 1, 0.0, True, False, False)
        return ((h[0, 0] - y) ** 2).mean()

    def run(loss_of):
        def call():
            loss = loss_of(*params)
            return loss.item(), torch.autograd.grad(loss, params)

        return call

    made = []
    for loss_of, note in ((loss_by_hand, "cell by hand"), (scripted, "torch.jit.trace"), (loss_of_rnn, "rnn_tanh")):
        call = run(loss_of)
        for _ in range(4):
            loss, grads = call()
        results = {"loss": [loss], "u": grads[0].numpy(), "w": grads[1].numpy(), "b": grads[2].numpy()}
        made.append(Prepared(results, call, note=note))
    return fastest(made, 5, 5)


def matmul(tensors):
    a, b = tensors["a"], tensors["b"]
    out = torch.empty(a.shape[0], b.shape[1])

    def run():
        with torch.inference_mode():
            return torch.mm(a, b, out=out)

    return Prepared({"result": run().numpy().copy()}, run)


def chain(tensors):
    x, y = tensors["x"], tensors["y"]

    def eager():
        with torch.inference_mode():
            a = (x * y).sub_(0.25).clamp_(min=-1.0)
            a = a.mul_(y).add_(0.5).clamp_(max=2.0)
            return a.mul_(x).sub_(y).clamp_(min=-2.0).add_(x)

    return Prepared({"result": eager().numpy()}, eager)


def scalars(tensors):
    given = {n: float(t) for n, t in tensors.items()}

    def run():
        with torch.inference_mode():
            x, y = torch.tensor(given["x"]), torch.tensor(given["y"])
            for i in range(1, 11):
                x = x * y + float(i)
            return x.item()

    return Prepared({"result": [run()]}, run)
