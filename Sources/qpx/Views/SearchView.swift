internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A search as commands print it.
struct SearchView {
    let search: SearchRecord

    init(_ search: SearchRecord) { self.search = search }

    /// The budget for people: as it was given, and in bytes once known.
    var budget: String {
        let parts = [
            search.budgetBitsPerWeight.map { NumberText.exact($0) + " bpw" }, search.budgetBytes.map(ByteText.short),
        ]
        return parts.compactMap { $0 }.joined(separator: " = ")
    }

    /// The pruning ratio and what it takes from the parameters: never one without the other.
    var pruning: String {
        guard search.pruningRatio > 0 else { return "none" }
        let removed = search.parametersRemoved.map { NumberText.percent($0) + " % of parameters" } ?? "not yet done"
        return "ratio \(NumberText.exact(search.pruningRatio)), \(removed)"
    }

    /// The objective for people: "loss, minimize", "loss, minimize; memory, minimize".
    var objective: String {
        "\(search.objective), \(search.direction.rawValue)"
            + (search.secondObjective.map { "; \($0), minimize" } ?? "")
    }

    /// The specification, key by key; empty if it is not a JSON object.
    var settings: [(key: String, value: JSONValue)] { JSONText.members(search.specification) }

    /// The search with stable keys.
    func json(model: String?) -> JSONValue {
        [
            "search": .string(search.name), "state": .string(search.state.rawValue), "model": .optional(model),
            "objective": .string(search.objective), "direction": .string(search.direction.rawValue),
            "second_objective": .optional(search.secondObjective),
            "pruning_ratio": .number(search.pruningRatio), "parameters_removed": .optional(search.parametersRemoved),
            "budget_bytes": .optional(search.budgetBytes),
            "budget_bits_per_weight": .optional(search.budgetBitsPerWeight),
            "choices": .array(search.choices.split(separator: ",").map { .string(String($0)) }),
            "trial_limit": .int(search.trialLimit), "seed": .seed(search.seed),
            "command_line": .optional(search.commandLine), "error": .optional(search.error),
            "created_at": .string(search.createdAt), "started_at": .optional(search.startedAt),
            "finished_at": .optional(search.finishedAt), "environment": search.environment.json,
            "archived_at": .optional(search.archivedAt),
        ]
    }
}

/// JSON that is kept as text in the database.
enum JSONText {
    /// The members of an object, by key; empty when the text is not an object.
    static func members(_ text: String) -> [(key: String, value: JSONValue)] {
        guard case .object(let members) = value(text) else { return [] }
        return members.map { (key: $0.0, value: $0.1) }
    }

    /// The value; null when the text is not JSON.
    static func value(_ text: String) -> JSONValue {
        (try? JSONDecoder().decode(Node.self, from: Data(text.utf8)))?.value ?? .null
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Node: Decodable {
        let value: JSONValue

        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: Key.self) {
                value = .object(
                    try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
                        (key.stringValue, try object.decode(Node.self, forKey: key).value)
                    })
            } else if var list = try? decoder.unkeyedContainer() {
                var values: [JSONValue] = []
                while !list.isAtEnd { values.append(try list.decode(Node.self).value) }
                value = .array(values)
            } else {
                value = try Self.plain(try decoder.singleValueContainer())
            }
        }

        private static func plain(_ container: any SingleValueDecodingContainer) throws -> JSONValue {
            if container.decodeNil() { return .null }
            if let value = try? container.decode(Bool.self) { return .bool(value) }
            if let value = try? container.decode(Int.self) { return .int(value) }
            if let value = try? container.decode(UInt64.self) { return .string(String(value)) }
            if let value = try? container.decode(Double.self) { return .number(value) }
            return .string(try container.decode(String.self))
        }
    }
}

extension JSONValue {
    /// The value for people: text without quotes, lists separated by commas.
    var plainText: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .number(let value): NumberText.exact(value)
        case .array(let values): values.map(\.plainText).joined(separator: ", ")
        case .bool, .int, .object, .verbatim: compact
        }
    }
}
