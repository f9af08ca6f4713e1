/// How a trial that could be stopped early did against the best trial that its search had then. Never changes.
public struct RaceRecord: Equatable, Sendable {
    /// Row id of the trial that it raced against.
    public var incumbentID: Int
    /// That trial's name, `search/number`; filled in by the store.
    public internal(set) var incumbent = ""
    /// How many of the objective's examples were scored.
    public var scored: Int
    /// How many there are.
    public var examples: Int
    /// The trial's mean minus the incumbent's on the examples scored, an estimate for all, in the objective's unit.
    public var difference: Double
    /// Standard error of that estimate.
    public var standardError: Double

    /// Whether the trial was stopped.
    public var isStopped: Bool { scored < examples }
    /// The part of the examples that was scored, more than 0 and at most 1.
    public var fidelity: Double { Double(scored) / Double(max(1, examples)) }

    /// A race to record.
    public init(incumbentID: Int, scored: Int, examples: Int, difference: Double, standardError: Double) {
        self.incumbentID = incumbentID
        self.scored = scored
        self.examples = examples
        self.difference = difference
        self.standardError = standardError
    }

    /// The columns that `init(row:)` reads, and the tables that they come from.
    static let selection = """
        SELECT race.*, trial.number AS incumbent_number, search.name AS incumbent_search
        FROM race JOIN trial ON trial.id = race.incumbent_id JOIN search ON search.id = trial.search_id
        """

    init(row: Row) throws {
        self.init(
            incumbentID: try row.integer("incumbent_id"), scored: try row.integer("scored"),
            examples: try row.integer("examples"), difference: try row.real("difference"),
            standardError: try row.real("standard_error"))
        incumbent = "\(try row.text("incumbent_search"))/\(try row.integer("incumbent_number"))"
    }

    func insert(into database: Database, trialID: Int) throws {
        try database.insert(
            into: "race",
            [
                "trial_id": trialID, "incumbent_id": incumbentID, "scored": scored, "examples": examples,
                "difference": try finite(difference, "a race's difference"),
                "standard_error": try finite(standardError, "a race's standard error"), "stopped": isStopped,
            ])
    }
}
