internal import Engine
internal import Store

/// Reads replies, and refuses with one line what is not one.
enum EvaluatorReplyParser {
    /// Lines that are looked at for the beginning of an object, from the last.
    private static let mostLines = 2000

    /// The reply in what a program wrote to standard output: the last JSON object, which is a line, or everything from
    /// the beginning of a line to the end.
    /// - Throws: `EvaluatorReplyError`.
    static func reply(inOutput text: String) throws(EvaluatorReplyError) -> EvaluatorReply {
        let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated().reversed().prefix(mostLines) {
            guard line.drop(while: \.isWhitespace).first == "{" else { continue }
            if let value = try? JSONParser.parse(String(line), takesNotFinite: true) { return try reply(value) }
            let rest = lines[index...].joined(separator: "\n")
            if let value = try? JSONParser.parse(rest, takesNotFinite: true) { return try reply(value) }
        }
        throw .nothing
    }

    /// The reply that a file or an argument holds and nothing else.
    /// - Throws: `EvaluatorReplyError`.
    static func reply(inFile text: String) throws(EvaluatorReplyError) -> EvaluatorReply {
        let value: Engine.JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(text, takesNotFinite: true)
        } catch {
            throw .notJSON(reason: error.description)
        }
        return try reply(value)
    }

    private static func reply(_ value: Engine.JSONValue) throws(EvaluatorReplyError) -> EvaluatorReply {
        guard let members = value.members else {
            throw .wrongValue(field: "document", found: value.summary, expected: "an object")
        }
        var seen: Set<String> = []
        for member in members where !seen.insert(member.name).inserted {
            throw .duplicate(field: "members", metric: member.name)
        }
        if let version = value["protocol"], version.integer != EvaluatorProtocol.version {
            throw .otherProtocol(found: version.summary)
        }
        if let error = value["error"], !error.isNull {
            guard let text = error.text, !text.isEmpty else {
                throw .wrongValue(field: "error", found: error.summary, expected: "a text")
            }
            return EvaluatorReply(error: text)
        }
        guard value["metrics"] != nil || value["objective"] != nil || value["value"] != nil else {
            throw .missing(field: "metrics, objective, value or error")
        }
        var reply = EvaluatorReply()
        if let metrics = value["metrics"] { reply.metrics = try self.metrics(metrics) }
        try checkNames(reply.metrics)
        if let objective = value["objective"], !objective.isNull {
            guard objective.members != nil else {
                throw .wrongValue(field: "objective", found: objective.summary, expected: "an object")
            }
            reply.objective = try self.objective(objective, within: "objective.")
        } else if value["value"] != nil {
            reply.objective = try self.objective(value, within: "")
        }
        return reply
    }

    private static func objective(
        _ value: Engine.JSONValue, within path: String
    ) throws(EvaluatorReplyError) -> EvaluatorReply.Objective {
        EvaluatorReply.Objective(
            value: try number(value["value"], path + "value"),
            standardError: try standardError(value["standard_error"], path + "standard_error"))
    }

    private static func metrics(_ value: Engine.JSONValue) throws(EvaluatorReplyError) -> [MetricRecord] {
        let count = value.elements?.count ?? value.members?.count ?? 0
        guard count <= EvaluatorProtocol.mostMetrics else {
            throw .wrongValue(
                field: "metrics", found: "a list of \(count)", expected: "at most \(EvaluatorProtocol.mostMetrics)")
        }
        if let members = value.members {
            var metrics: [MetricRecord] = []
            for member in members {
                let name = try name(.string(member.name), "metrics")
                metrics.append(MetricRecord(name: name, value: try number(member.value, "metrics.\(name)")))
            }
            return metrics
        }
        guard let elements = value.elements else {
            throw .wrongValue(field: "metrics", found: value.summary, expected: "a list or an object")
        }
        var metrics: [MetricRecord] = []
        for (index, element) in elements.enumerated() {
            metrics.append(try metric(element, "metrics[\(index)]"))
        }
        return metrics
    }

    private static func metric(
        _ value: Engine.JSONValue, _ path: String
    ) throws(EvaluatorReplyError) -> MetricRecord {
        guard value.members != nil else {
            throw .wrongValue(field: path, found: value.summary, expected: "an object")
        }
        var task = ""
        if let written = value["task"], !written.isNull { task = try name(written, path + ".task") }
        return MetricRecord(
            name: try name(value["name"], path + ".name"), task: task,
            value: try number(value["value"], path + ".value"),
            standardError: try standardError(value["standard_error"], path + ".standard_error"),
            count: try whole(value["count"], path + ".count"), step: try whole(value["step"], path + ".step"))
    }

    private static func name(
        _ value: Engine.JSONValue?, _ path: String
    ) throws(EvaluatorReplyError) -> String {
        guard let value else { throw .missing(field: path) }
        let limit = EvaluatorProtocol.longestName
        guard let text = value.text, !text.isEmpty, text.count <= limit, text == text.withoutControlCharacters else {
            throw .wrongValue(
                field: path, found: value.summary, expected: "a name of at most \(limit) characters on one line")
        }
        return text
    }

    private static func number(
        _ value: Engine.JSONValue?, _ path: String
    ) throws(EvaluatorReplyError) -> Double {
        guard let value else { throw .missing(field: path) }
        guard let number = value.double else {
            throw .wrongValue(field: path, found: value.summary, expected: "a finite number")
        }
        return number
    }

    private static func standardError(
        _ value: Engine.JSONValue?, _ path: String
    ) throws(EvaluatorReplyError) -> Double? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.double, number >= 0 else {
            throw .wrongValue(field: path, found: value.summary, expected: "a number that is not negative")
        }
        return number
    }

    private static func whole(_ value: Engine.JSONValue?, _ path: String) throws(EvaluatorReplyError) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.integer, number >= 0 else {
            throw .wrongValue(field: path, found: value.summary, expected: "a whole number that is not negative")
        }
        return number
    }

    private static func checkNames(_ metrics: [MetricRecord]) throws(EvaluatorReplyError) {
        var seen: Set<[String]> = []
        for metric in metrics
        where !seen.insert([metric.name, metric.task, metric.step.map(String.init) ?? ""]).inserted {
            throw .duplicate(field: "metric", metric: metric.spoken)
        }
    }
}
