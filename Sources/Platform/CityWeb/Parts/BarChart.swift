/// Counts side by side as SVG, such as calls a day: bars from nought, the highest one named.
///
/// For `Picture(.chart)`; the table beneath says the same in numbers.
package struct BarChart: Sendable {
    package struct Bar: Sendable, Hashable {
        package var label: String
        package var value: Int64

        package init(_ label: String, _ value: Int64) {
            self.label = label
            self.value = value
        }
    }

    package static let width = 480.0
    package static let height = 180.0

    private let bars: [Bar]
    private let title: String

    package init(_ bars: [Bar], title: String) {
        self.bars = bars
        self.title = title
    }

    package func svg() -> String {
        let highest = max(bars.map(\.value).max() ?? 0, 1)
        let (left, bottom) = (8.0, Self.height - 26)
        let step = (Self.width - 2 * left) / Double(max(bars.count, 1))
        let named = bars.firstIndex { $0.value == highest }
        let drawn = bars.enumerated().map { number, bar in
            let height = (bottom - 24) * Double(bar.value) / Double(highest)
            let x = left + Double(number) * step
            let middle = SeriesChart.text(x + step / 2)
            let isLabelled = number == 0 || number == bars.count - 1 || number == bars.count / 2
            let label =
                isLabelled
                ? """
                <text class="c-quiet" x="\(middle)" y="\(SeriesChart.text(Self.height - 6))" \
                text-anchor="\(anchor(number))">\(HTML.escape(bar.label))</text>
                """ : ""
            let name =
                number == named
                ? """
                <text class="c-name" x="\(middle)" y="\(SeriesChart.text(bottom - height - 6))" \
                text-anchor="\(anchor(number))">\(bar.value)</text>
                """ : ""
            return """
                <path class="c-bar" d="M\(SeriesChart.text(x + 1)) \(SeriesChart.text(bottom))v-\
                \(SeriesChart.text(height))h\(SeriesChart.text(max(step - 2, 1)))v\
                \(SeriesChart.text(height))z"/>\(label)\(name)
                """
        }.joined()
        return """
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
            aria-label="\(HTML.escape(title))"><path class="c-axis" d="M\(SeriesChart.text(left)) \
            \(SeriesChart.text(bottom))H\(SeriesChart.text(Self.width - left))"/>\(drawn)</svg>
            """
    }

    private func anchor(_ number: Int) -> String {
        number == 0 ? "start" : number == bars.count - 1 ? "end" : "middle"
    }
}
