internal import Engine
internal import Store

/// What the search makes better.
struct ObjectiveSpecification: Sendable, Equatable {
    /// The objectives that this program computes itself.
    enum Kind: String, Sendable, CaseIterable {
        /// The mean accuracy of the tasks; larger is better.
        case accuracy
        /// The mean loss on a held-out text, nats per token; smaller is better.
        case loss

        /// Which way it is better.
        var direction: ObjectiveDirection { self == .accuracy ? .maximize : .minimize }
    }

    /// The number that is optimized: the name of a `Kind`, or with an evaluator of any metric, as "f1" or "acc/piqa".
    var name: String
    /// Which way it is better.
    var direction: ObjectiveDirection
    /// The held-out text of `loss`, an absolute path.
    var text: String?
    /// Windows used of that text, from its beginning; nil for all.
    var windows: Int?
    /// What is traded against it; nil where the search is for its best value within the budget.
    var second: Second?

    /// What can be traded against an objective.
    enum Second: String, Sendable {
        /// Bytes of all weights, the fewer the better: the search is for the front of both, up to the budget.
        case memory
    }

    /// The same without the second one: what a trial measures.
    var measured: ObjectiveSpecification {
        var measured = self
        measured.second = nil
        return measured
    }

    /// Which of the program's own objectives it is called after.
    var kind: Kind? { Kind(rawValue: name) }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name = "objective"
        case direction
        case text = "objective_text"
        case windows = "objective_windows"
    }
}

extension ObjectiveSpecification {
    /// One of the program's own.
    init(kind: Kind, text: String?, windows: Int?) {
        self.init(name: kind.rawValue, direction: kind.direction, text: text, windows: windows)
    }

    /// The objective that settings say: without one, the loss when a text for it is given, else the accuracy.
    /// - Parameter isExternal: whether another program measures it, so that any name will do.
    init(_ settings: Settings, folder: String, isExternal: Bool) throws(Failure) {
        text = try settings.path("objective-text", folder: folder)
        windows = try settings.integer("objective-windows", in: 1...100_000_000)
        let value: String?
        (value, second) = try settings.objectives()
        if let written = value, written.hasPrefix("loss:") {
            let path = String(written.dropFirst("loss:".count))
            guard !path.isEmpty else {
                throw .usage(
                    "\(settings.spoken("objective")): '\(written)' names no file", hint: "as in loss:held-out.txt")
            }
            guard text == nil else {
                throw .usage(
                    "\(settings.spoken("objective")) and \(settings.spoken("objective-text")) both name a text")
            }
            name = Kind.loss.rawValue
            text = FilePath.absolute(path, in: folder)
        } else if isExternal, let written = value {
            guard written.count <= EvaluatorProtocol.longestName, written == written.withoutControlCharacters else {
                throw .usage("\(settings.spoken("objective")): is no name of a metric")
            }
            name = written
        } else {
            if let value, Kind(rawValue: value) == nil {
                throw settings.unknown(
                    value, in: "objective", known: Kind.allCases.map(\.rawValue) + [Second.memory.rawValue])
            }
            name = value ?? (text == nil ? Kind.accuracy : .loss).rawValue
        }
        let own = Kind(rawValue: name)
        let written = try settings.word("direction", ObjectiveDirection.self)
        guard let known = written ?? own?.direction else {
            throw .usage(
                "--direction is missing: is a larger '\(name)' better?", hint: "say --direction maximize or minimize")
        }
        direction = known
        guard !isExternal else { return }
        guard let own, own.direction == direction else {
            throw .usage("\(settings.spoken("direction")): the objective '\(name)' has a direction of its own")
        }
        switch own {
        case .loss where text == nil:
            throw .usage("--objective-text is missing: the objective 'loss' needs a held-out text file")
        case .accuracy where text != nil:
            throw .usage(
                "\(settings.spoken("objective-text")): the objective 'accuracy' reads no text",
                hint: "say --objective loss, or --text to measure a perplexity")
        default: break
        }
    }
}

extension Settings {
    /// The objective as it was written, nil for none, and what is traded against it; in either order.
    fileprivate func objectives() throws(Failure) -> (value: String?, second: ObjectiveSpecification.Second?) {
        var values = try texts("objective")
        let memory = ObjectiveSpecification.Second.memory
        let places = values.indices.filter { values[$0] == memory.rawValue }
        let spoken = spoken("objective")
        guard values.count <= 2 else {
            throw .usage(
                "\(spoken): \(values.count) objectives; there can be one, or one and memory",
                hint: "as in --objective loss --objective memory")
        }
        guard let place = places.first else {
            if values.count == 2 {
                throw .usage(
                    "\(spoken): '\(values[0])' and '\(values[1])'; the second objective is memory or nothing",
                    hint: "--objective \(values[0]) --objective memory finds the front of value against bytes")
            }
            return (values.first, nil)
        }
        guard places.count == 1 else { throw .usage("\(spoken): 'memory' is there twice") }
        guard values.count == 2 else {
            throw .usage(
                "\(spoken): the least memory is that of the smallest allocation; say what it is traded against",
                hint: "as in --objective loss --objective memory")
        }
        values.remove(at: place)
        return (values.first, memory)
    }
}

/// The direction is written only where the name does not say it, and two objectives as a list, as in a specification file,
/// so that records of one objective stay what they were.
extension ObjectiveSpecification: Codable {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let names = try? values.decode([String].self, forKey: .name) {
            guard names.count == 2, let known = Second(rawValue: names[1]) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .name, in: values, debugDescription: "\(names) are no pair of objectives")
            }
            name = names[0]
            second = known
        } else {
            name = try values.decode(String.self, forKey: .name)
        }
        text = try values.decodeIfPresent(String.self, forKey: .text)
        windows = try values.decodeIfPresent(Int.self, forKey: .windows)
        let written = try values.decodeIfPresent(String.self, forKey: .direction)
        guard
            let known = written.flatMap(ObjectiveDirection.init(rawValue:)) ?? Kind(rawValue: name)?.direction
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .direction, in: values, debugDescription: "the objective '\(name)' has no direction")
        }
        direction = known
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        if let second {
            try values.encode([name, second.rawValue], forKey: .name)
        } else {
            try values.encode(name, forKey: .name)
        }
        if direction != kind?.direction { try values.encode(direction.rawValue, forKey: .direction) }
        try values.encodeIfPresent(text, forKey: .text)
        try values.encodeIfPresent(windows, forKey: .windows)
    }
}
