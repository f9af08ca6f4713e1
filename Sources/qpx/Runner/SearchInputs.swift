internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The files of a search, read and checked before anything is recorded or computed.
struct SearchInputs: Sendable {
    /// A file that the results depend on.
    struct File: Sendable, Equatable {
        /// What it is for: "calibration", "recovery_text", "recovery_data", "template" (a wording of the program's own,
        /// whose path is its name), "task", "text", "objective_text".
        var role: String
        var path: String
        var bytes: Int
        var sha256: String
    }

    /// Calibration text, as tokens.
    let calibrationTokens: [Int32]
    /// What recovery trains on, as tokens; nil without recovery.
    let recovery: (any TrainingData)?
    /// The same before a seed has put it in order: replicates train in another one.
    let recoveryMaterial: RecoveryMaterial?
    /// Tasks, cut to the limit, and texts, the objective's last if it isn't among them.
    let evaluation: EvaluationStep
    /// Which of the texts is the objective.
    let objectiveText: Int?
    /// All files, in the order of the specification.
    let files: [File]

    /// Reads the calibration text alone: another program reads the rest.
    init(calibrationOf specification: Specification, tokenizer: Tokenizer) throws {
        var files: [File] = []
        calibrationTokens =
            try specification.pruning.calibration.map { path in
                let url = URL(filePath: path)
                let text = try Engine.TextFile.read(path)
                files.append(
                    File(
                        role: "calibration", path: path, bytes: try MappedFile(url).byteCount,
                        sha256: try SHA256.hex(of: url)))
                return tokenizer.encodeDocuments(of: text)
            } ?? []
        recovery = nil
        recoveryMaterial = nil
        evaluation = EvaluationStep(tasks: [], texts: [])
        objectiveText = nil
        self.files = files
    }

    /// Reads what a specification names.
    /// - Throws: the error of the first file that cannot be used.
    init(_ specification: Specification, tokenizer: Tokenizer) throws {
        var files: [File] = []
        func note(_ role: String, _ path: String) throws {
            let url = URL(filePath: path)
            let bytes = try MappedFile(url).byteCount
            files.append(File(role: role, path: path, bytes: bytes, sha256: try SHA256.hex(of: url)))
        }
        // Calibration and recovery often use one text: it is encoded once.
        var encoded: [String: [Int32]] = [:]
        func tokens(_ role: String, _ path: String) throws -> [Int32] {
            try note(role, path)
            if let known = encoded[path] { return known }
            let tokens = tokenizer.encodeDocuments(of: try Engine.TextFile.read(path))
            encoded[path] = tokens
            return tokens
        }
        calibrationTokens = try specification.pruning.calibration.map { try tokens("calibration", $0) } ?? []
        let training = specification.recovery
        var material: RecoveryMaterial?
        if training.steps > 0, let path = training.text {
            material = .text(tokens: try tokens("recovery_text", path))
        } else if training.steps > 0, let path = training.data {
            try note("recovery_data", path)
            material = .instructions(try InstructionFile.read(path))
            files.append(
                File(role: "template", path: training.template.rawValue, bytes: 0, sha256: training.template.digest))
        }
        recoveryMaterial = material
        recovery = try material?.data(training, tokenizer: tokenizer, seed: specification.seed)
        let step = try EvaluationStep.withObjective(specification)
        (evaluation, objectiveText) = step
        for path in step.0.taskNames.flatMap({ step.0.files[$0] ?? [] }) { try note("task", path) }
        for path in specification.evaluation.texts { try note("text", path) }
        if let path = specification.objective.text { try note("objective_text", path) }
        self.files = files
    }
}
