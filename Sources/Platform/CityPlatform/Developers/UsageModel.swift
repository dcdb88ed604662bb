import CityGateway
import CityKernel
import CityWeb

/// Use of the products over the last days: a chart of calls a day, and the numbers beneath.
struct UsageModel {
    static let days = 30

    let picture: Picture
    let summary: String

    init(
        _ lines: [(key: Usage.Key, usage: Usage)], today: Int, _ language: Language,
        _ texts: Texts
    ) {
        let days = Array((today - Self.days + 1)...today)
        let calls = Dictionary(lines.map { ($0.key.day, $0.usage.calls) }, uniquingKeysWith: +)
        let total = lines.reduce(0) { $0 + $1.usage.calls }
        let refused = lines.reduce(0) { $0 + $1.usage.refused }
        summary = texts["usageSummary"][language]
            .replacing("{calls}", with: total.grouped)
            .replacing("{refused}", with: refused.grouped)
        let caption = texts["usageTitle"][language]
        let chart = BarChart(
            days.map { .init(Self.label($0), calls[$0] ?? 0) }, title: "\(caption) \(summary)")
        picture = Picture(
            .chart, caption: caption, svg: chart.svg(), table: Self.table(lines, language, texts))
    }

    private static func label(_ day: Int) -> String {
        let civil = CivilTime(Gateway.start(ofDay: day))
        return "\(civil.month)/\(civil.day)"
    }

    private static func table(
        _ lines: [(key: Usage.Key, usage: Usage)], _ language: Language, _ texts: Texts
    ) -> Table {
        let newest = lines.sorted {
            ($1.key.day, $0.key.product) < ($0.key.day, $1.key.product)
        }
        return Table(
            caption: texts["usageTitle"][language], hidesCaption: true,
            columns: [
                .init(texts["usageDay"][language]), .init("API"),
                .init(texts["usageCalls"][language], isNumber: true),
                .init(texts["usageRefused"][language], isNumber: true),
                .init(texts["usageFailed"][language], isNumber: true),
                .init(texts["usageMean"][language], isNumber: true),
                .init(texts["usageSlowest"][language], isNumber: true),
            ],
            rows: newest.map { key, usage in
                [
                    .init(Gateway.start(ofDay: key.day).spokenDate(in: language)),
                    .init(key.product), .init(usage.calls.grouped), .init(usage.refused.grouped),
                    .init(usage.failed.grouped),
                    .init(usage.meanMilliseconds.map(Self.milliseconds) ?? "—"),
                    .init(Self.milliseconds(Double(usage.microsecondsMax) / 1_000)),
                ]
            })
    }

    private static func milliseconds(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
