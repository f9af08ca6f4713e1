/// How the learning rate goes over the steps of a training.
public enum LearningRateSchedule: String, Sendable, CaseIterable, Codable {
    /// The same at every step after the warm-up.
    case constant
    /// Falls in a straight line to zero.
    case linear
    /// Falls along half a cosine to zero.
    case cosine
    /// As `linear`, but the warm-up begins at zero: the first step changes nothing. This is the schedule of Transformers'
    /// `Trainer`, with which LLM-Pruner recovers.
    case trainer

    /// The factor on the peak rate at `step` (from 0) of `steps`: (step + 1) / warmUp while warming up (`trainer`:
    /// step / warmUp), 1 right after.
    public func factor(step: Int, steps: Int, warmUp: Int) -> Double {
        if step < warmUp { return Double(self == .trainer ? step : step + 1) / Double(warmUp) }
        let done = Double(step - warmUp) / Double(max(1, steps - warmUp))
        return switch self {
        case .constant: 1
        case .linear, .trainer: max(0, 1 - done)
        case .cosine: 0.5 * (1 + DeterministicMath.cosineAndSine(.pi * min(1, done)).cosine)
        }
    }
}
