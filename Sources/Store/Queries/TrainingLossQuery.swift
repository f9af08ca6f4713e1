extension Store {
    /// Every step of the recovery of trials, by trial; those without any are not there.
    public func trainingLosses(ofTrials ids: [Int]) throws -> [Int: [TrainingLossRecord]] {
        try read { database in
            var losses: [Int: [TrainingLossRecord]] = [:]
            for (trial, loss) in try database.rows(
                Self.trainingLossesQuery, ["ids": Database.list(ids)],
                { (try $0.integer("trial_id"), try TrainingLossRecord(row: $0)) })
            {
                losses[trial, default: []].append(loss)
            }
            return losses
        }
    }

    /// Row ids of the trials of a search whose recovery was recorded step by step, by number; archived ones left out.
    public func trialsWithTrainingLosses(ofSearch id: Int) throws -> [Int] {
        try read { try $0.rows(Self.trialsWithLossesQuery, ["search": id]) { try $0.integer("id") } }
    }

    static let trainingLossesQuery = """
        SELECT * FROM training_loss WHERE trial_id IN (SELECT value FROM json_each(:ids)) ORDER BY trial_id, step
        """

    static let trialsWithLossesQuery = """
        SELECT trial.id FROM trial WHERE trial.search_id = :search AND trial.archived_at IS NULL
            AND EXISTS (SELECT 1 FROM training_loss WHERE training_loss.trial_id = trial.id)
        ORDER BY trial.number
        """
}
