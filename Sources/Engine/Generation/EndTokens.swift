#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The tokens that end a text, as a model's folder names them: chat models often have several.
public enum EndTokens {
    /// The ids in `eos_token_id` of `generation_config.json` and `config.json`; none where neither says any.
    public static func read(folder: URL, vocabulary: Int) -> Set<Int32> {
        var ids: Set<Int32> = []
        for name in ["generation_config.json", "config.json"] {
            guard let json = try? ConfigurationReader.json(of: folder.appending(path: name)),
                let value = json["eos_token_id"]
            else { continue }
            for id in (value.elements ?? [value]).compactMap(\.integer) where (0..<vocabulary).contains(id) {
                ids.insert(Int32(id))
            }
        }
        return ids
    }
}
