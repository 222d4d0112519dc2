/** The standard library, embedded from `std/*.su` by `node scripts/embed-std.mjs`; not edited by hand. */
export const MODULES: Readonly<Record<string, { readonly exports: readonly string[]; readonly text: string }>> = {
  'std/init': {
    exports: [],
    text: '\n',
  },
  'std/logic': {
    exports: [],
    text: '\n',
  },
  'std/loss': {
    exports: ['cross_entropy', 'squared_error'],
    text: '/// How wrong a prediction is for one example. A loss takes the prediction and the label.\n\n/// -log of the probability of the label; the probability is held above 1e-30 so that the loss stays finite.\nfn cross_entropy<T>(p: Soft<T>, label: T) -> f32 {\n  -log(max(probability(p, label), 1e-30))\n}\n\n/// The squared difference of two numbers.\nfn squared_error(prediction: f32, label: f32) -> f32 {\n  (prediction - label) ** 2\n}\n',
  },
  'std/math': {
    exports: [],
    text: '\n',
  },
  'std/nn': {
    exports: [],
    text: '\n',
  },
  'std/optim': {
    exports: ['flushed', 'SgdState', 'sgd', 'AdamState', 'adam', 'adamw', 'RmspropState', 'rmsprop'],
    text: "//! Optimizers: one step for one number. A trainer applies the step to every learned number and keeps its state.\n//! The state starts at zeros, `t` counts steps from 1, and `rate` comes already multiplied by the schedule.\n\n/// A number nearer to 0 than 2^-100 becomes 0, so that fading averages never become denormal.\nfn flushed(x: f32) -> f32 {\n  if abs(x) < 7.888609052210118e-31 { 0.0 } else { x }\n}\n\nrecord SgdState { velocity: f32 }\n\n/// Gradient descent with momentum: v = momentum * v + g, w = w - rate * v; with `nesterov = 1.0` the step looks ahead:\n/// w = w - rate * (g + momentum * v). `decay` adds decay * w to the gradient.\nfn sgd(w: f32, g: f32, state: SgdState, _t: f32, rate: f32 = 0.01, momentum: f32 = 0.0, decay: f32 = 0.0, nesterov: f32 = 0.0) -> (f32, SgdState) {\n  let gradient = g + decay * w;\n  let velocity = flushed(momentum * state.velocity + gradient);\n  let step = if nesterov > 0.5 { gradient + momentum * velocity } else { velocity };\n  (w - rate * step, SgdState { velocity })\n}\n\nrecord AdamState { mean: f32, square: f32 }\n\n/// Adam (Kingma and Ba 2015): running means of the gradient and of its square, both corrected for their start at 0:\n/// w = w - rate * m' / (sqrt(s') + epsilon) with m' = m / (1 - beta1^t), s' = s / (1 - beta2^t).\nfn adam(w: f32, g: f32, state: AdamState, t: f32, rate: f32 = 0.001, beta1: f32 = 0.9, beta2: f32 = 0.999, epsilon: f32 = 1e-8) -> (f32, AdamState) {\n  let mean = flushed(beta1 * state.mean + (1.0 - beta1) * g);\n  let square = flushed(beta2 * state.square + (1.0 - beta2) * g * g);\n  let first = 1.0 - pow(beta1, t);\n  let second = 1.0 - pow(beta2, t);\n  (w - rate / first * mean / (sqrt(square) / sqrt(second) + epsilon), AdamState { mean, square })\n}\n\n/// AdamW (Loshchilov and Hutter 2019): Adam whose weight decay acts on w itself: w = w - rate * decay * w before the step.\nfn adamw(w: f32, g: f32, state: AdamState, t: f32, rate: f32 = 0.001, beta1: f32 = 0.9, beta2: f32 = 0.999, epsilon: f32 = 1e-8, decay: f32 = 0.01) -> (f32, AdamState) {\n  adam(w - rate * decay * w, g, state, t, rate = rate, beta1 = beta1, beta2 = beta2, epsilon = epsilon)\n}\n\nrecord RmspropState { square: f32, velocity: f32 }\n\n/// RMSprop (Tieleman and Hinton 2012): the gradient over the root of its running mean square:\n/// s = smoothing * s + (1 - smoothing) * g^2, v = momentum * v + g / (sqrt(s) + epsilon), w = w - rate * v.\nfn rmsprop(w: f32, g: f32, state: RmspropState, _t: f32, rate: f32 = 0.01, smoothing: f32 = 0.99, epsilon: f32 = 1e-8, momentum: f32 = 0.0) -> (f32, RmspropState) {\n  let square = flushed(smoothing * state.square + (1.0 - smoothing) * g * g);\n  let velocity = flushed(momentum * state.velocity + g / (sqrt(square) + epsilon));\n  (w - rate * velocity, RmspropState { square, velocity })\n}\n",
  },
  'std/vsa': {
    exports: [],
    text: '\n',
  },
};
