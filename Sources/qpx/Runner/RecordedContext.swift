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
        guard !specification.evaluator.isExternal else { return try external(search, specification) }
        let base = try LoadedModel(directory: URL(filePath: specification.model))
        try check(specification.model, base.checkpoint.digest, of: search)
        let inputs = try SearchInputs(specification, tokenizer: base.tokenizer)
        try check(inputs.files, of: search)
        let context = try SearchPreparation(store: store, specification: specification, progress: progress)
            .context(inputs: inputs, base: base)
        progress.finish()
        try checkPruned(context, of: search)
        return context
    }

    /// The context of a search whose trials another program carries out.
    private func external(_ search: SearchRecord, _ specification: Specification) throws -> SearchContext {
        let context = try ExternalPreparation(store: store, specification: specification, progress: progress).context()
        progress.finish()
        try check(specification.model, store.model(id: context.modelID).sha256, of: search)
        try check(context.files, of: search)
        try checkPruned(context, of: search)
        return context
    }

    private func check(_ model: String, _ digest: String, of search: SearchRecord) throws {
        let recorded = try store.model(id: search.modelID)
        guard digest == recorded.sha256 else {
            throw changed("the model \(model)", was: recorded.sha256, isNow: digest)
        }
    }

    private func check(_ files: [SearchInputs.File], of search: SearchRecord) throws {
        let artifacts = try store.artifacts(of: .search(search.id))
        for file in files {
            guard let artifact = artifacts.first(where: { $0.kind == file.role && $0.path == file.path }) else {
                continue
            }
            guard artifact.sha256 == file.sha256 else {
                throw changed("the file \(file.path)", was: artifact.sha256, isNow: file.sha256)
            }
        }
    }

    private func checkPruned(_ context: SearchContext, of search: SearchRecord) throws {
        if let recorded = search.prunedModelID, let found = context.prunedModelID, recorded != found {
            let (was, isNow) = (try store.model(id: recorded), try store.model(id: found))
            throw changed("the pruned model", was: was.sha256, isNow: isNow.sha256)
        }
    }

    private func changed(_ what: String, was: String, isNow: String) -> Failure {
        Failure(
            .checkFailed, code: "input_changed",
            "\(what) is not the one that was recorded: SHA-256 \(isNow.prefix(12))…, recorded \(was.prefix(12))…",
            hint: "put the recorded one back, or start a new search")
    }
}
