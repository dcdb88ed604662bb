/// Text of an SVG picture, grown piece by piece, numbers short.
struct SVGWriter {
    private(set) var text = ""

    mutating func raw(_ piece: String) { text += piece }

    /// Closed rings of one path, in relative steps.
    static func path(rings: [[ScreenPoint]]) -> String {
        rings.map { steps($0) + "z" }.joined()
    }

    static func path(lines: [[ScreenPoint]]) -> String { lines.map(steps).joined() }

    /// Each step is taken from the rounded position before it, so that rounding does not add up.
    private static func steps(_ points: [ScreenPoint]) -> String {
        var path = ""
        var (lastX, lastY) = (0, 0)
        for (index, point) in points.enumerated() {
            let (x, y) = (tenths(point.x), tenths(point.y))
            if index == 0 {
                path += "M\(decimal(x)) \(decimal(y))l"
            } else if x != lastX || y != lastY {
                let (stepX, stepY) = (x - lastX, y - lastY)
                if path.last != "l" && stepX >= 0 { path += " " }
                path += decimal(stepX) + (stepY >= 0 ? " " : "") + decimal(stepY)
            }
            (lastX, lastY) = (x, y)
        }
        return path
    }

    static func number(_ value: Double) -> String { decimal(tenths(value)) }

    private static func tenths(_ value: Double) -> Int { Int((value * 10).rounded()) }

    /// `-5` → `-.5`, `120` → `12`.
    private static func decimal(_ tenths: Int) -> String {
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        let sign = tenths < 0 ? "-" : ""
        if rest == 0 { return sign + "\(whole)" }
        return sign + (whole == 0 ? "" : "\(whole)") + ".\(rest)"
    }

    /// Text between tags and in attributes; control characters that XML forbids become spaces.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\u{0}"..."\u{1F}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
