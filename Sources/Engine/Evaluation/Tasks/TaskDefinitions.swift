/// Every task that is known by name.
public enum TaskDefinitions {
    /// All of them, in the order in which they are listed.
    public static let all: [any TaskDefinition] =
        [
            BoolQ(), PIQA(), HellaSwag(), WinoGrande(), ARC.easy, ARC.challenge, OpenBookQA(), BLiMPGroup(),
            WikiTextTask(), PennTreebank(),
        ] + BLiMP.paradigms.map(BLiMP.init)

    /// Their names.
    public static let names = all.map(\.name)

    /// The task of a name.
    public static func named(_ name: String) -> (any TaskDefinition)? { all.first { $0.name == name } }

    /// What paths of the files of any of them contain.
    static let words = all.flatMap(\.files.words)
}
