import CityWeb

/// Writes SVG text: escaped words, short numbers.
struct SVGWriter {
    private(set) var text = ""

    mutating func add(_ markup: String) { text += markup }

    mutating func add(
        text words: String, x: Double, y: Double, class name: String = "",
        anchor: String = "start"
    ) {
        text += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        if !name.isEmpty { text += " class=\"\(name)\"" }
        if anchor != "start" { text += " text-anchor=\"\(anchor)\"" }
        text += ">\(HTML.escape(words))</text>"
    }

    mutating func add(
        lineFrom from: (x: Double, y: Double), to: (x: Double, y: Double), class name: String
    ) {
        let path = "M\(Self.point(from))L\(Self.point(to))"
        text += "<path class=\"\(name)\" d=\"\(path)\"/>"
    }

    mutating func add(
        rectangleAt origin: (x: Double, y: Double), width: Double, height: Double,
        class name: String
    ) {
        text += "<rect class=\"\(name)\" x=\"\(Self.number(origin.x))\" "
        text += "y=\"\(Self.number(origin.y))\" width=\"\(Self.number(width))\" "
        text += "height=\"\(Self.number(height))\"/>"
    }

    static func point(_ point: (x: Double, y: Double)) -> String {
        "\(number(point.x)) \(number(point.y))"
    }

    /// At most one digit after the point: finer than a screen shows.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
    }
}
