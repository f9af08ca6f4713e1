/// A kind of thing: its members, and what is true of each of them.
struct Category: Sendable {
    let name: String
    let plural: String
    let members: [String]
    /// One value per relation of `relations`.
    let properties: [String]

    /// How a property is told of a member `{M}` (with its article) or of the whole category; the value comes last.
    static let relations: [[String]] = [
        ["{M} has", "Part of {m} are its", "Look at {m} and you see"],
        ["{M} can", "We know that {m} can", "You may watch {m}"],
        ["{M} is found in the", "Look for {m} in the", "The place of {m} is the"],
        ["{M} is covered with", "On the outside {m} has", "If you touch {m} you feel"],
    ]

    /// "a robin", "an oak".
    static func indefinite(_ noun: String) -> String {
        guard let first = noun.first else { return noun }
        return ("aeiou".contains(first) ? "an " : "a ") + noun
    }

    static let all = [
        Category(
            "bird", "birds", "robin swan eagle crow dove stork", ["wings", "fly", "sky", "feathers"]),
        Category(
            "fish", "fishes", "trout salmon carp pike cod tuna", ["fins", "swim", "river", "scales"]),
        Category(
            "tree", "trees", "oak pine birch maple cedar elm", ["branches", "grow", "forest", "bark"]),
        Category(
            "flower", "flowers", "rose tulip poppy orchid iris aster",
            ["petals", "bloom", "garden", "leaves"]),
        Category(
            "tool", "tools", "hammer drill chisel shovel rake axe", ["handles", "break", "shed", "rust"]),
        Category(
            "vehicle", "vehicles", "wagon truck bus train van car",
            ["wheels", "roll", "street", "paint"]),
        Category(
            "insect", "insects", "bee ant wasp beetle moth flea", ["legs", "sting", "grass", "hair"]),
        Category(
            "garment", "garments", "shirt hat scarf sock glove jacket",
            ["buttons", "tear", "closet", "wool"]),
    ]

    private init(_ name: String, _ plural: String, _ members: String, _ properties: [String]) {
        self.name = name
        self.plural = plural
        self.members = members.split(separator: " ").map(String.init)
        self.properties = properties
    }
}
