/** A program with every kind of value, given and returned. */
export const KINDS = `
/// How a machine feels.
enum Mood { calm, tense }

/// Where it stands.
record Spot {
  /// Along the road.
  x: f32, // km
  mood: Mood,
}

record Trip { spots: Spot[2], risk: truth, pair: (f32, bool) }

/// Everything at once.
fn all_kinds(
  speed: f32 in [0, 10], // km/h
  trip: Trip,
  image: f32[2, 3],
  truths: truth[2],
  who: Soft<Mood>,
  seat: Index<4>,
  ready: bool,
  chance: Soft<Index<3>>,
  moods: Mood[2],
) -> (Trip, Soft<Mood>, f32[3], Index<4>, bool, Soft<Index<3>>, Mood[2], f32, truth) {
  (trip, who, image[1], seat, !ready, chance, moods, speed * image[0, 0] + trip.spots[1].x, truths[0] && truths[1])
}
`;
