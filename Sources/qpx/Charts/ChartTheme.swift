/// The colours of a chart in a file.
///
/// Series are told apart by the colours of Okabe and Ito, which hold for every kind of colour vision, and by the shape of
/// their marks, which holds in print without colour.
///
/// Source: Okabe & Ito 2008, "Color Universal Design".
enum ChartTheme: String, Sendable, CaseIterable {
    /// Light, and dark where the reader's program asks for it (`prefers-color-scheme`).
    case auto
    /// Dark on white, as papers are.
    case light
    /// Light on black, as slides may be.
    case dark

    /// What a colour is for.
    enum Role: Sendable, Hashable {
        /// The ground.
        case paper
        /// Axes and text.
        case ink
        /// Text of less weight.
        case muted
        /// Lines of the grid.
        case grid
        /// The marks of a series, from 0.
        case series(Int)
        /// A step of the scale from little to much, from 0; see `ColourScale`.
        case level(Int)
        /// Text on such a step.
        case onLevel(Int)

        /// Name of its class in the file.
        var name: String {
            switch self {
            case .paper: "paper"
            case .ink: "ink"
            case .muted: "muted"
            case .grid: "grid"
            case .series(let index): "series\(index % Self.seriesCount)"
            case .level(let index): "level\(ColourScale.step(index))"
            case .onLevel(let index): "onlevel\(ColourScale.step(index))"
            }
        }

        /// Series that have colours of their own; later ones begin again.
        static let seriesCount = 6

        /// Every role.
        static let all: [Role] =
            [.paper, .ink, .muted, .grid] + (0..<seriesCount).map(Role.series)
            + (0..<ColourScale.count).flatMap { [.level($0), .onLevel($0)] }
    }

    /// The colour of a role; `auto` begins as light.
    func colour(_ role: Role) -> String { self == .dark ? Self.dark(role) : Self.light(role) }

    /// Rules that change the colours where the reader's program asks for dark; empty for the fixed themes.
    /// - Parameter names: of the roles that occur.
    func rules(_ names: Set<String>) -> String {
        guard self == .auto else { return "" }
        let roles = Role.all.filter { names.contains($0.name) }
        let fills = roles.map { ".f-\($0.name){fill:\(Self.dark($0))}" }
        let strokes = roles.map { ".s-\($0.name){stroke:\(Self.dark($0))}" }
        return "@media (prefers-color-scheme:dark){" + (fills + strokes).joined() + "}"
    }

    private static func light(_ role: Role) -> String {
        switch role {
        case .paper: "#ffffff"
        case .ink: "#1a1a1a"
        case .muted: "#5f5f5f"
        case .grid: "#e4e4e4"
        case .series(let index):
            // The last three a little darker than in the source: on white, marks need a contrast of 3.
            ["#0072b2", "#d55e00", "#009e73", "#c0699b", "#b17a00", "#3795cf"][index % Role.seriesCount]
        case .level(let index): ColourScale.light(index)
        case .onLevel(let index): ColourScale.ink(on: ColourScale.light(index))
        }
    }

    private static func dark(_ role: Role) -> String {
        switch role {
        case .paper: "#14171a"
        case .ink: "#ececec"
        case .muted: "#a8adb2"
        case .grid: "#2f353b"
        case .series(let index):
            ["#56b4e9", "#f0803c", "#2fc79a", "#e0a0c4", "#f0b840", "#8ed0f5"][index % Role.seriesCount]
        case .level(let index): ColourScale.dark(index)
        case .onLevel(let index): ColourScale.ink(on: ColourScale.dark(index))
        }
    }
}
