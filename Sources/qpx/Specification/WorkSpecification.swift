/// How the trials of a search are shared out and how often they are tried. Results do not depend on it.
struct WorkSpecification: Sendable, Equatable, Codable {
    /// Processes on this machine that carry trials out, this one included.
    var workers: Int
    /// Seconds without a sign of life after which a worker's trial is given to another; a day where trials are asked for.
    var lease: Double
    /// How often a trial is tried again after its first failure.
    var retries: Int
    /// Whether trials are asked for and told, and nothing is carried out here.
    var isAsked: Bool
    /// Whether a trial takes the results of another with the same inputs, where they are recorded.
    var reuses = true

    /// Values that hold when nothing is said.
    static let defaults = WorkSpecification(workers: 1, lease: 120, retries: 0, isAsked: false)
    /// The lease of trials that are asked for, in seconds: a day.
    static let askedLease = 86_400.0

    enum CodingKeys: String, CodingKey, CaseIterable {
        case workers
        case lease
        case retries
        case isAsked = "ask"
        case reuses = "reuse"
    }

    init(workers: Int, lease: Double, retries: Int, isAsked: Bool) {
        self.workers = workers
        self.lease = lease
        self.retries = retries
        self.isAsked = isAsked
    }

    /// Specifications from before there were workers have none of the keys.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self = .defaults
        workers = try values.decodeIfPresent(Int.self, forKey: .workers) ?? workers
        lease = try values.decodeIfPresent(Double.self, forKey: .lease) ?? lease
        retries = try values.decodeIfPresent(Int.self, forKey: .retries) ?? retries
        isAsked = try values.decodeIfPresent(Bool.self, forKey: .isAsked) ?? isAsked
        reuses = try values.decodeIfPresent(Bool.self, forKey: .reuses) ?? reuses
    }

    /// What is not said in records from before results were reused is not written where it is as it is without saying.
    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(workers, forKey: .workers)
        try values.encode(lease, forKey: .lease)
        try values.encode(retries, forKey: .retries)
        try values.encode(isAsked, forKey: .isAsked)
        if !reuses { try values.encode(reuses, forKey: .reuses) }
    }
}

extension WorkSpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings) throws(Failure) {
        self = .defaults
        isAsked = try settings.flag("ask") ?? isAsked
        if isAsked { lease = Self.askedLease }
        workers = try settings.integer("workers", in: 1...256) ?? workers
        lease = try settings.seconds("lease") ?? lease
        retries = try settings.integer("retries", in: 0...1000) ?? retries
        reuses = try settings.flag("reuse") ?? reuses
        guard !isAsked || workers == 1 else {
            throw .usage(
                "\(settings.spoken("workers")): with --ask nothing is carried out here",
                hint: "leave one of the two out")
        }
    }
}

extension Settings {
    /// How a time is written, for help and messages.
    static let durationForms = "seconds, or a number with s, min, h or d behind it: 90, 10min, 1.5h"

    /// A time in seconds, more than zero.
    func seconds(_ name: String) throws(Failure) -> Double? {
        guard let text = try text(name) else { return nil }
        let units = [("min", 60.0), ("s", 1), ("h", 3600), ("d", 86_400)]
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let number = Double(text.dropLast(unit.0.count)).map { $0 * unit.1 }
        guard let number, number.isFinite else {
            throw .usage("\(spoken(name)): '\(text)' is not a time (\(Self.durationForms))")
        }
        guard number > 0, number <= 1e9 else {
            throw .usage("\(spoken(name)): \(text) is out of range (more than 0 seconds, at most 1e9)")
        }
        return number
    }
}
