/// A countable noun in its two numbers.
struct Noun: Sendable, Equatable {
    let singular: String
    let plural: String

    /// The form for one, or for several.
    func form(plural isPlural: Bool) -> String { isPlural ? plural : singular }

    private init(_ singular: String, _ plural: String) {
        self.singular = singular
        self.plural = plural
    }

    /// Beings: they act.
    static let beings = [
        Noun("boy", "boys"), Noun("girl", "girls"), Noun("king", "kings"), Noun("queen", "queens"),
        Noun("child", "children"), Noun("man", "men"), Noun("woman", "women"), Noun("mouse", "mice"),
        Noun("goose", "geese"), Noun("wolf", "wolves"), Noun("calf", "calves"), Noun("horse", "horses"),
        Noun("thief", "thieves"), Noun("monkey", "monkeys"), Noun("spider", "spiders"), Noun("ox", "oxen"),
    ]

    /// Things: they only are.
    static let things = [
        Noun("box", "boxes"), Noun("key", "keys"), Noun("house", "houses"), Noun("gate", "gates"),
        Noun("wall", "walls"), Noun("table", "tables"), Noun("chair", "chairs"), Noun("knife", "knives"),
        Noun("leaf", "leaves"), Noun("tooth", "teeth"), Noun("foot", "feet"), Noun("shelf", "shelves"),
        Noun("loaf", "loaves"), Noun("bridge", "bridges"), Noun("window", "windows"), Noun("basket", "baskets"),
    ]
}
