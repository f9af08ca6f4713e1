/// The schema as rows are made from it: values, structures and lists, with the levels at which they exist.
///
/// A level of definition says how far down the way to a value things exist; a level of repetition, which list on that
/// way goes on. Both are counted from the root (Melnik et al. 2010, "Dremel: Interactive Analysis of Web-Scale
/// Datasets", section 4).
struct ParquetSchema {
    /// A value, a structure or a list.
    struct Node {
        indirect enum Kind {
            case leaf
            case structure([Node])
            /// Elements are repeated at `repetition`; from the level `filled` on there is one at least.
            case list(element: Node, repetition: UInt8, filled: UInt8)
        }

        let name: String
        let kind: Kind
        /// The level from which on what it lies in exists.
        let floor: UInt8
        /// The level from which on it is not null.
        let definition: UInt8
        /// The columns below it.
        let leaves: Range<Int>
    }

    /// The top: a structure that always exists.
    let root: Node
    /// The columns in their order.
    let leaves: [ParquetLeaf]

    /// Puts the tree together.
    ///
    /// - Throws: `damaged`, `type`.
    init(_ elements: [ParquetMetadata.Element]) throws(ParquetFault) {
        var builder = ParquetSchemaBuilder(elements: elements)
        root = try builder.root()
        leaves = builder.leaves
    }
}

/// Builds a schema from its elements.
///
/// Source: Apache Parquet format specification, `LogicalTypes.md`, Lists and Maps with their rules for older files.
private struct ParquetSchemaBuilder {
    /// An element with what lies below it.
    private struct Field {
        let element: ParquetMetadata.Element
        let children: [Field]

        var isRepeated: Bool { element.repetition == 2 }
        /// Whether it is annotated as a list: converted type 3, logical type 3.
        var isList: Bool { element.convertedType == 3 || element.logicalType?[3] != nil }
        /// Whether it is annotated as a map: converted types 1 and 2, logical type 2.
        var isMap: Bool {
            element.convertedType == 1 || element.convertedType == 2 || element.logicalType?[2] != nil
        }
    }

    /// Definition and repetition.
    private struct Levels {
        var definition: UInt8 = 0
        var repetition: UInt8 = 0

        /// Inside of something repeated.
        var repeated: Levels { Levels(definition: definition + 1, repetition: repetition + 1) }
        /// Inside of something that may be null.
        var optional: Levels { Levels(definition: definition + 1, repetition: repetition) }
    }

    // Levels are at most the depth, which keeps them within a byte.
    private static let deepest = 64

    private let elements: [ParquetMetadata.Element]
    private var position = 0
    private var path: [String] = []
    private(set) var leaves: [ParquetLeaf] = []

    init(elements: [ParquetMetadata.Element]) { self.elements = elements }

    mutating func root() throws(ParquetFault) -> ParquetSchema.Node {
        let top = try field(depth: 0)
        guard position == elements.count else { throw .damaged("the schema has columns that belong to no group") }
        guard top.element.physicalType == nil else { throw .damaged("the schema is a single value") }
        return try structure(top, floor: 0, Levels())
    }

    /// The element at the position and everything below it.
    private mutating func field(depth: Int) throws(ParquetFault) -> Field {
        guard position < elements.count else { throw .damaged("the schema ends too early") }
        guard depth < Self.deepest else { throw .damaged("the schema is nested too deeply") }
        let element = elements[position]
        position += 1
        // Every child is an element that is still to come.
        guard (0...elements.count - position).contains(element.childCount) else {
            throw ParquetFault(.damaged("the group has \(element.childCount) children"), column: element.name)
        }
        guard (element.physicalType == nil) == (element.childCount > 0) || depth == 0 else {
            throw ParquetFault(.damaged("it is neither a value nor a group"), column: element.name)
        }
        var children: [Field] = []
        for _ in 0..<element.childCount { children.append(try field(depth: depth + 1)) }
        return Field(element: element, children: children)
    }

    /// A field as it is: perhaps repeated, perhaps null.
    private mutating func node(_ field: Field, _ levels: Levels) throws(ParquetFault) -> ParquetSchema.Node {
        path.append(field.element.name)
        defer { path.removeLast() }
        switch field.element.repetition {
        case 0: return try content(field, floor: levels.definition, levels)
        case 1: return try content(field, floor: levels.definition, levels.optional)
        default:
            // Repeated outside of a list: a list that is never null, of elements that are never null.
            let first = leaves.count
            let element = try content(field, floor: levels.repeated.definition, levels.repeated)
            return list(field, of: element, floor: levels.definition, levels, first: first)
        }
    }

    /// What a field holds, its repetition being dealt with.
    private mutating func content(
        _ field: Field, floor: UInt8, _ levels: Levels
    ) throws(ParquetFault) -> ParquetSchema.Node {
        if field.element.physicalType != nil { return try leaf(field, floor: floor, levels) }
        guard field.isList || field.isMap, field.children.count == 1, let repeated = field.children.first,
            repeated.isRepeated
        else { return try structure(field, floor: floor, levels) }
        let first = leaves.count
        path.append(repeated.element.name)
        defer { path.removeLast() }
        let element: ParquetSchema.Node
        if field.isList, let only = repeated.children.first, !Self.isElement(repeated, of: field) {
            element = try node(only, levels.repeated)
        } else {
            element = try content(repeated, floor: levels.repeated.definition, levels.repeated)
        }
        return list(field, of: element, floor: floor, levels, first: first)
    }

    /// Whether what is repeated in a list is its element, as in older files, and not a layer around it.
    private static func isElement(_ repeated: Field, of list: Field) -> Bool {
        guard repeated.children.count == 1, let only = repeated.children.first else { return true }
        let name = repeated.element.name
        return only.isRepeated || name == "array" || name == list.element.name + "_tuple"
    }

    private func list(
        _ field: Field, of element: ParquetSchema.Node, floor: UInt8, _ levels: Levels, first: Int
    ) -> ParquetSchema.Node {
        let inside = levels.repeated
        return ParquetSchema.Node(
            name: field.element.name,
            kind: .list(element: element, repetition: inside.repetition, filled: inside.definition),
            floor: floor, definition: levels.definition, leaves: first..<leaves.count)
    }

    private mutating func structure(
        _ field: Field, floor: UInt8, _ levels: Levels
    ) throws(ParquetFault) -> ParquetSchema.Node {
        let first = leaves.count
        var members: [ParquetSchema.Node] = []
        for child in field.children { members.append(try node(child, levels)) }
        return ParquetSchema.Node(
            name: field.element.name, kind: .structure(members), floor: floor, definition: levels.definition,
            leaves: first..<leaves.count)
    }

    private mutating func leaf(
        _ field: Field, floor: UInt8, _ levels: Levels
    ) throws(ParquetFault) -> ParquetSchema.Node {
        leaves.append(
            try ParquetLeaf(
                field.element, path: path, definition: levels.definition, repetition: levels.repetition))
        return ParquetSchema.Node(
            name: field.element.name, kind: .leaf, floor: floor, definition: levels.definition,
            leaves: leaves.count - 1..<leaves.count)
    }
}
