internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes the context of a recorded search again, and refuses if its model or a file is no longer what it was.
struct RecordedContext {
    let store: Store
    let progress: ProgressLine

    /// The context of a search.
    /// - Throws: `Failure` with status 7 if the model's or a file's SHA-256 is another one now.
    func context(_ search: SearchRecord, _ specification: Specification) throws -> SearchContext {
        let base = try LoadedModel(directory: URL(filePath: specification.model))
        let recorded = try store.model(id: search.modelID)
        guard base.checkpoint.digest == recorded.sha256 else {
            throw changed("the model \(specification.model)", was: recorded.sha256, isNow: base.checkpoint.digest)
        }
        let inputs = try SearchInputs(specification, tokenizer: base.tokenizer)
        let artifacts = try store.artifacts(of: .search(search.id))
        for file in inputs.files {
            guard let artifact = artifacts.first(where: { $0.kind == file.role && $0.path == file.path }) else {
                continue
            }
            guard artifact.sha256 == file.sha256 else {
                throw changed("the file \(file.path)", was: artifact.sha256, isNow: file.sha256)
            }
        }
        let context = try SearchPreparation(store: store, specification: specification, progress: progress)
            .context(inputs: inputs, base: base)
        progress.finish()
        if let recorded = search.prunedModelID, let found = context.prunedModelID, recorded != found {
            let (was, isNow) = (try store.model(id: recorded), try store.model(id: found))
            throw changed("the pruned model", was: was.sha256, isNow: isNow.sha256)
        }
        return context
    }

    private func changed(_ what: String, was: String, isNow: String) -> Failure {
        Failure(
            .checkFailed, code: "input_changed",
            "\(what) is not the one that was recorded: SHA-256 \(isNow.prefix(12))…, recorded \(was.prefix(12))…",
            hint: "put the recorded one back, or start a new search")
    }
}
