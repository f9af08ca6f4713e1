/// One step of a trial's recovery.
public struct TrainingLossRecord: Equatable, Sendable {
    /// The step, from 0.
    public var step: Int
    /// Mean loss of the step's batch in nats per token; nil when it was not finite.
    public var loss: Double?
    /// The learning rate of the step.
    public var learningRate: Double?
    /// Norm of the gradient before clipping; nil when it was not finite.
    public var gradientNorm: Double?

    /// A step to record.
    public init(step: Int, loss: Double?, learningRate: Double? = nil, gradientNorm: Double? = nil) {
        self.step = step
        self.loss = loss?.ifFinite
        self.learningRate = learningRate?.ifFinite
        self.gradientNorm = gradientNorm?.ifFinite
    }

    init(row: Row) throws {
        self.init(
            step: try row.integer("step"), loss: try row.optionalReal("loss"),
            learningRate: try row.optionalReal("learning_rate"), gradientNorm: try row.optionalReal("gradient_norm"))
    }

    func insert(into database: Database, trialID: Int) throws {
        try database.insert(
            into: "training_loss",
            [
                "trial_id": trialID, "step": step, "loss": loss, "learning_rate": learningRate,
                "gradient_norm": gradientNorm,
            ])
    }
}
