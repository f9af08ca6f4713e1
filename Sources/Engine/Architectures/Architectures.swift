/// The architectures that are known.
public enum Architectures {
    /// All of them; the first is what a configuration without a name is taken for.
    public static let all: [any Architecture] = [
        LlamaArchitecture(), MistralArchitecture(), Qwen2Architecture(), Qwen3Architecture(), SmolLM3Architecture(),
    ]

    /// The architecture of that `model_type`.
    public static func named(_ name: String) -> (any Architecture)? { all.first { $0.name == name } }

    /// The architecture that `config.json` names, by its class or its type; the class decides.
    /// - Throws: `unsupportedSetting` for another one, `missingSetting` if there is neither.
    static func read(_ settings: ConfigurationSettings) throws(CheckpointError) -> any Architecture {
        let type = settings.isAbsent("model_type") ? nil : settings.json["model_type"]
        let classes = settings.json["architectures"]?.elements ?? []
        guard type != nil || !classes.isEmpty else {
            throw .missingSetting(key: "architectures", file: settings.path)
        }
        var found: (any Architecture)?
        if let first = classes.first {
            found = all.first { classes.contains(.string($0.className)) }
            guard found != nil else {
                throw settings.unsupported("architecture", first.summary, list(all.map(\.className)))
            }
        }
        guard let type else { return found ?? LlamaArchitecture() }
        guard let named = all.first(where: { type == .string($0.name) }), found == nil || found?.name == named.name
        else {
            throw settings.unsupported("model_type", type.summary, found?.name ?? list(all.map(\.name)))
        }
        return named
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
