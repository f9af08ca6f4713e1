/// The shape of a point in a chart; series take them in this order.
enum ChartMark: Int, Sendable, CaseIterable {
    case circle, square, triangle, diamond, cross

    /// The shape of a series, from 0; after the last one they begin again.
    static func ofSeries(_ index: Int) -> ChartMark { allCases[index % allCases.count] }

    /// The shape as a character: filled for a point that counts, hollow for one that is there to compare with.
    func character(isFilled: Bool) -> Character {
        switch self {
        case .circle: isFilled ? "●" : "○"
        case .square: isFilled ? "■" : "□"
        case .triangle: isFilled ? "▲" : "△"
        case .diamond: isFilled ? "◆" : "◇"
        case .cross: isFilled ? "✚" : "✛"
        }
    }

    /// The outline around a place, as the data of an SVG path; all shapes have about the area of the circle.
    func path(x: Double, y: Double, radius: Double) -> String {
        func point(_ dx: Double, _ dy: Double) -> String { "\(SVGNumber.text(x + dx)) \(SVGNumber.text(y + dy))" }
        let r = radius
        switch self {
        case .circle:
            let arc = "a\(SVGNumber.text(r)) \(SVGNumber.text(r)) 0 1 0 "
            return "M\(point(-r, 0))\(arc)\(SVGNumber.text(2 * r)) 0\(arc)\(SVGNumber.text(-2 * r)) 0Z"
        case .square:
            let a = 0.89 * r
            return "M\(point(-a, -a))L\(point(a, -a))L\(point(a, a))L\(point(-a, a))Z"
        case .triangle:
            let a = 1.25 * r
            return "M\(point(0, -a))L\(point(1.05 * a, 0.75 * a))L\(point(-1.05 * a, 0.75 * a))Z"
        case .diamond:
            let a = 1.25 * r
            return "M\(point(0, -a))L\(point(a, 0))L\(point(0, a))L\(point(-a, 0))Z"
        case .cross:
            let (a, b) = (1.2 * r, 0.42 * r)
            let corners = [
                (-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b), (b, a), (-b, a), (-b, b), (-a, b), (-a, -b),
                (-b, -b),
            ]
            return "M" + corners.map { point($0.0, $0.1) }.joined(separator: "L") + "Z"
        }
    }
}
