/// Finds room for names, the important ones first: a name that finds none is left out, because the
/// list beneath the map has it anyway.
struct LabelPlacer {
    struct Label {
        var text: String
        /// The left end of the text's baseline.
        var start: ScreenPoint
    }

    private struct Choice {
        var box: ScreenBox
        var start: ScreenPoint
    }

    private let area: ScreenBox
    private var taken: [ScreenBox] = []
    /// Covered by a name only when it finds no other room.
    private var softlyTaken: [ScreenBox] = []

    init(area: ScreenBox) { self.area = area }

    mutating func take(_ box: ScreenBox, isSoft: Bool = false) {
        if isSoft { softlyTaken.append(box) } else { taken.append(box) }
    }

    /// Right of the mark, left, beneath, above, and then a little up and down on both sides.
    mutating func place(
        _ text: String, beside point: ScreenPoint, radius: Double, fontSize: Double
    ) -> Label? {
        let width = Self.width(text, fontSize)
        let gap = radius + 4
        let middle = point.y + fontSize * 0.36
        let lift = fontSize * 0.75
        return place(
            text, width: width, fontSize: fontSize,
            starts: [
                (point.x + gap, middle), (point.x - gap - width, middle),
                (point.x - width / 2, point.y + gap + fontSize * 0.8),
                (point.x - width / 2, point.y - gap - fontSize * 0.1),
                (point.x + gap - 3, middle - lift), (point.x + gap - 3, middle + lift),
                (point.x - gap + 3 - width, middle - lift),
                (point.x - gap + 3 - width, middle + lift),
            ], mayCoverSoft: true)
    }

    /// With its middle on the point, or nowhere.
    mutating func place(
        _ text: String, centredOn point: ScreenPoint, fontSize: Double
    ) -> Label? {
        let width = Self.width(text, fontSize)
        return place(
            text, width: width, fontSize: fontSize,
            starts: [(point.x - width / 2, point.y + fontSize * 0.36)])
    }

    private mutating func place(
        _ text: String, width: Double, fontSize: Double, starts: [(Double, Double)],
        mayCoverSoft: Bool = false
    ) -> Label? {
        let choices: [Choice] = starts.map { x, y in
            Choice(
                box: ScreenBox(
                    left: x - 2, top: y - fontSize * 0.86, right: x + width + 2,
                    bottom: y + fontSize * 0.25), start: ScreenPoint(x: x, y: y))
        }
        let possible = choices.filter { choice in
            area.contains(choice.box) && !taken.contains(where: choice.box.overlaps)
        }
        let clear = possible.first { choice in
            !softlyTaken.contains(where: choice.box.overlaps)
        }
        guard let choice = clear ?? (mayCoverSoft ? possible.first : nil) else { return nil }
        taken.append(choice.box)
        return Label(text: text, start: choice.start)
    }

    /// Full-width letters are as wide as high; others a little over half.
    static func width(_ text: String, _ fontSize: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x2E80 ? 0.58 : 1) } * fontSize
    }
}
