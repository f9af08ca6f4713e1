/// Why an allocation, or the space it is chosen from, cannot be used.
public enum AllocationError: EngineError {
    /// A name is missing between two commas.
    case emptyName(layer: Int, text: String)
    /// The allocation names a precision that is not among the choices.
    case unknownPrecision(name: String, layer: Int, known: [String])
    /// The allocation is for another number of layers.
    case layerCount(found: Int, expected: Int)
    /// There is nothing to choose from.
    case noChoices
    /// There is nothing to choose for.
    case noLayers
    /// Two choices have the same name.
    case repeatedChoice(name: String)
    /// Bits must not fall from one choice to the next.
    case choicesNotAscending(name: String, bits: Int, previousBits: Int)
    /// A unit (layer or module) does not have one size per choice, or the weights are not one count per unit.
    case sizeCount(unit: Int, found: Int, expected: Int)
    /// A size or a count is negative, or the total passes the largest integer.
    case sizeOutOfRange(unit: Int)
    /// Modules that do not fill whole layers.
    case partialLayer(units: Int)

    /// One line: what is wrong, where, what to do.
    public var description: String {
        switch self {
        case .emptyName(let layer, let text):
            "allocation '\(text)': no precision for layer \(layer); write one name per layer, as in 'nf4,int8'"
        case .unknownPrecision(let name, let layer, let known):
            "precision '\(name)' of layer \(layer) is not among the choices: use \(known.joined(separator: ", "))"
        case .layerCount(let found, let expected):
            "the allocation has \(found) layers, the model has \(expected): give one precision per layer"
        case .noChoices: "no precision to choose from: name at least one"
        case .noLayers: "no layer to choose a precision for: the model has no layer that is quantized"
        case .repeatedChoice(let name): "precision '\(name)' is named twice among the choices: name it once"
        case .choicesNotAscending(let name, let bits, let previousBits):
            "precision '\(name)' (\(bits) bits) follows one of \(previousBits) bits: order the choices by bits"
        case .sizeCount(let unit, let found, let expected):
            "unit \(unit) has \(found) sizes, expected \(expected): give the bytes of every choice in every unit"
        case .sizeOutOfRange(let unit):
            "the size of unit \(unit) is negative or too large to add up: check the shapes of the model"
        case .partialLayer(let units):
            "\(units) modules do not fill whole layers: a layer has \(Projection.allCases.count)"
        }
    }
}
