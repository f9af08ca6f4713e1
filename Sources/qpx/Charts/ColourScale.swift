/// Colours from little to much: ten steps whose luminance only rises or only falls, so that they are in order for every
/// kind of colour vision and in print without colour.
///
/// On a light ground much is dark, on a dark one much is bright: what there is much of stands out.
///
/// Source: cividis; Nuñez, Anderton & Renslow 2018, "Optimizing colormaps with consideration for color vision deficiency
/// to enable accurate interpretation of scientific data".
enum ColourScale {
    /// How many steps there are.
    static let count = 10

    /// Steps that stand out from the ground as thin lines do, from little to much.
    static let lines = 4..<count

    private static let colours = [
        "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
    ]

    /// A step within the scale.
    static func step(_ index: Int) -> Int { min(max(index, 0), count - 1) }

    /// The step of a part between nothing (0) and everything (1).
    static func step(of part: Double, in steps: Range<Int> = 0..<count) -> Int {
        guard part.isFinite, !steps.isEmpty else { return step(steps.lowerBound) }
        let place = Int((min(max(part, 0), 1) * Double(steps.count - 1)).rounded())
        return step(steps.lowerBound + place)
    }

    /// A step's colour on a light ground.
    static func light(_ index: Int) -> String { colours[count - 1 - step(index)] }

    /// A step's colour on a dark ground.
    static func dark(_ index: Int) -> String { colours[step(index)] }

    /// Black or white, whichever is easier to read on a colour.
    static func ink(on colour: String) -> String {
        Luminance.contrast("#000000", colour) >= Luminance.contrast("#ffffff", colour) ? "#000000" : "#ffffff"
    }
}
