internal import Engine

/// A file that says what there is to choose from where no checkpoint does: units, precisions, sizes.
struct SpaceFile: Sendable, Equatable {
    /// What the searched thing is called.
    let name: String
    /// Units as layers.
    let space: AllocationSpace

    /// Reads a file.
    /// - Throws: `Failure` that names the field.
    init(_ path: String) throws {
        try self.init(text: TextFile.read(path, says: "--space"), path: path)
    }

    /// Reads the text of a file.
    init(text: String, path: String) throws {
        let json: Engine.JSONValue
        do {
            json = try JSONParser.parse(text)
        } catch {
            throw Failure(.failed, code: "bad_space", "--space \(path): is not JSON: \(error)")
        }
        func wrong(_ field: String, _ found: Engine.JSONValue?, _ expected: String) -> Failure {
            Failure(
                .failed, code: "bad_space",
                "--space \(path): \(field) is \(found?.summary ?? "missing"), not \(expected)")
        }
        func whole(_ value: Engine.JSONValue?, _ field: String) throws(Failure) -> Int {
            guard let number = value?.integer, number >= 0 else {
                throw wrong(field, value, "a whole number that is not negative")
            }
            return number
        }
        func elements(_ value: Engine.JSONValue?, _ field: String) throws(Failure) -> [Engine.JSONValue] {
            guard let list = value?.elements, !list.isEmpty else { throw wrong(field, value, "a list with elements") }
            return list
        }
        let choices = try elements(json["choices"], "choices").enumerated().map { index, choice in
            guard let name = choice["name"]?.text, Self.isPlain(name) else {
                throw wrong("choices[\(index)].name", choice["name"], "a name of letters, digits and _ @ . -")
            }
            let bits = try whole(choice["bits"], "choices[\(index)].bits")
            guard bits > 0 else { throw wrong("choices[\(index)].bits", choice["bits"], "at least 1") }
            return AllocationSpace.Choice(name: name, bits: bits)
        }
        guard choices.count > 1 else { throw wrong("choices", json["choices"], "at least two") }
        let units = try elements(json["units"], "units").enumerated().map { index, unit in
            (
                bytes: try elements(unit["bytes"], "units[\(index)].bytes").map {
                    try whole($0, "units[\(index)].bytes")
                }, weights: try whole(unit["weights"], "units[\(index)].weights")
            )
        }
        var name = FilePath.stem(of: path)
        if let written = json["name"] {
            guard let text = written.text, !text.isEmpty, text == text.withoutControlCharacters else {
                throw wrong("name", written, "a text on one line")
            }
            name = text
        }
        self.name = name
        do throws(AllocationError) {
            space = try AllocationSpace(
                choices: choices, unitBytes: units.map(\.bytes), unitWeights: units.map(\.weights),
                fixedBytes: try json["fixed_bytes"].map { value throws(AllocationError) in
                    guard let bytes = value.integer, bytes >= 0 else { throw .sizeOutOfRange(unit: 0) }
                    return bytes
                } ?? 0)
        } catch {
            throw Failure(.failed, code: "bad_space", "--space \(path): \(error.description)")
        }
        guard space.quantizedWeights > 0, space.maximumBytes > 0 else {
            throw Failure(.failed, code: "bad_space", "--space \(path): its units have no weights or no bytes")
        }
    }

    /// What the database and the text form of allocations take as a precision's name.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.count <= 40
            && name.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "_@.-".unicodeScalars.contains(scalar)
            }
    }
}

/// A file with one number per layer: what is known of each beforehand.
enum ImportanceFile {
    /// The numbers.
    /// - Throws: `Failure` unless it is a JSON list of `count` numbers.
    static func read(_ path: String, count: Int) throws -> LayerMeasurement {
        let text = try TextFile.read(path, says: "--importance-file")
        let json: Engine.JSONValue
        do {
            json = try JSONParser.parse(text)
        } catch {
            throw Failure(.failed, code: "bad_importance", "--importance-file \(path): is not JSON: \(error)")
        }
        guard let list = json.elements, list.count == count else {
            throw Failure(
                .failed, code: "bad_importance",
                "--importance-file \(path): is \(json.summary), not a list of \(count) numbers, one per layer or unit")
        }
        return LayerMeasurement(
            estimates: try list.enumerated().map { index, value in
                guard let number = value.double else {
                    throw Failure(
                        .failed, code: "bad_importance",
                        "--importance-file \(path): entry \(index) is \(value.summary), not a finite number")
                }
                return LayerEstimate(value: number, nullMean: nil, nullDeviation: nil)
            }, costs: nil)
    }
}
