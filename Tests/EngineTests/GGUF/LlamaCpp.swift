import Foundation

/// A llama.cpp from PyPI (xllamacpp), installed once into a folder beside what is built.
enum LlamaCpp {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Python that has it, or why there is none.
    static let installed: Result<String, Missing> = {
        let folder = root.appending(path: ".build/llama-cpp").path
        let python = folder + "/bin/python"
        func has() -> Bool { (try? run(python, ["-c", "import xllamacpp, gguf"]))?.status == 0 }
        if has() { return .success(python) }
        guard let made = try? run("/usr/bin/env", ["python3", "-m", "venv", folder]), made.status == 0 else {
            return .failure(Missing(reason: "llama.cpp: python3 with venv is not there"))
        }
        let packages = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "xllamacpp", "gguf"]
        guard let got = try? run(python, packages), got.status == 0, has() else {
            return .failure(Missing(reason: "llama.cpp: xllamacpp cannot be installed from PyPI"))
        }
        return .success(python)
    }()

    /// Why llama.cpp cannot be asked.
    struct Missing: Error { let reason: String }

    static var isPresent: Bool { if case .success = installed { true } else { false } }
    static var reason: String { if case .failure(let missing) = installed { missing.reason } else { "" } }

    /// ln p of every token but the first, in nats.
    static func logProbabilities(
        _ model: URL, lora: URL? = nil, tokens: [Int32], vocabulary: Int
    ) throws -> [Double] {
        struct Answer: Decodable { let log_probabilities: [[Double]] }
        let request: [String: Any] = [
            "model": model.path, "lora": lora?.path ?? "", "sequences": [tokens.map(Int.init)],
            "vocabulary": vocabulary, "context": 128, "forced": 65,
        ]
        let input = try JSONSerialization.data(withJSONObject: request)
        let script = root.appending(path: "scripts/llama_cpp.py").path
        let result = try run(installed.get(), [script], input: input)
        guard result.status == 0 else {
            throw Missing(reason: "llama.cpp ended with \(result.status): \(result.errors.suffix(1500))")
        }
        return try JSONDecoder().decode(Answer.self, from: result.output).log_probabilities[0]
    }

    /// What `gguf`, the package, reads: names of tensors, and of those asked for the elements.
    static func floats(_ file: URL, tensor: String) throws -> [Float] {
        let code = """
            import sys, json, gguf
            reader = gguf.GGUFReader(sys.argv[1])
            tensor = next(t for t in reader.tensors if t.name == sys.argv[2])
            print(json.dumps(gguf.quants.dequantize(tensor.data, tensor.tensor_type).reshape(-1).tolist()))
            """
        let result = try run(installed.get(), ["-c", code, file.path, tensor])
        return try JSONDecoder().decode([Float].self, from: result.output)
    }

    private static func run(
        _ program: String, _ arguments: [String], input: Data = Data()
    ) throws -> (status: Int32, output: Data, errors: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-llama-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, because pipes that nobody empties would stop a talkative program.
        let names = ["in", "out", "err"].map { folder.appending(path: $0) }
        try input.write(to: names[0])
        for name in names.dropFirst() { try Data().write(to: name) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try Data(contentsOf: names[1]),
            String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
        )
    }
}
