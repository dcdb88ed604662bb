import CityKernel
import CityVocabulary
import CityWeb

/// One river as a card or a page shows it: stage, level, forecast, chart and table.
struct RiverCard {
    let id: String
    let name: String
    let path: String
    let stage: StageTag?
    let live: LiveValue
    let forecast: String?
    let distance: String?
    /// Why there is no stage, when there is none.
    let note: String?
    let picture: Picture

    /// The stage as words with a shape; its colours are the warning colours, never the level's.
    struct StageTag {
        let words: String
        let style: String
        let icon: String

        init(_ standing: FloodStage.Standing, words: StageWords, _ language: Language) {
            self.words = words.name(standing)[language]
            switch standing {
            case .normal: (style, icon) = ("good", "icon/check")
            case .watch: (style, icon) = ("", "icon/info")
            case .caution, .missing: (style, icon) = ("warn", "icon/warning")
            case .evacuationJudgement, .danger, .overflow, .missingDanger:
                (style, icon) = ("bad", "icon/warning")
            }
        }
    }

    /// - Parameters:
    ///   - history: readings of the last `hours`.
    init(
        _ gauge: DisasterState.Gauge, history: [FloodReading], hours: Int,
        words: StageWords, now: Timestamp, links: Links,
        texts: Texts
    ) {
        let language = links.language
        id = "river-" + gauge.key
        name = gauge.fullName(in: language)
        path = links.to(DisasterPaths.river(gauge))
        stage = gauge.stage.map { StageTag($0.standing, words: words, language) }
        live = Self.live(gauge, label: texts["riverLevel"][language], now, language)
        let levels = gauge.levels(at: now)
        forecast = gauge.stage.flatMap { RiverWords.forecast($0, at: now, in: language) }
        let shown = gauge.stage?.levelCentimetres ?? gauge.reading?.levelCentimetres
        distance =
            gauge.stage?.isMissing == true
            ? nil
            : shown.flatMap { RiverWords.distance(toNextOf: levels, from: $0, in: language) }
        note = levels.isEmpty ? texts["riverThresholdsNone"][language] : nil
        picture = Self.picture(
            gauge, history: history, hours: hours, levels: levels, name: name,
            now: now, language, texts)
    }

    /// The believed level; while it is missing, 欠測 with the age of the last one.
    static func live(
        _ gauge: DisasterState.Gauge, label: String, _ now: Timestamp, _ language: Language,
        isCompact: Bool = false
    ) -> LiveValue {
        let stage = gauge.stage
        let observedAt = stage?.observedAt ?? gauge.reading?.observedAt
        let level = stage?.levelCentimetres ?? gauge.reading?.levelCentimetres
        let silence = observedAt.map { now.since($0) } ?? .zero
        let isMissing = stage?.isMissing ?? (silence >= .minutes(60))
        let trend: LiveValue.Trend? =
            switch stage?.trend {
            case .rising: .rising
            case .falling: .falling
            case .steady: .steady
            case .unknown, nil: nil
            }
        return LiveValue(
            label: label, value: isMissing ? nil : level.map { Metres.text(centimetres: $0) },
            unit: "m", trend: trend,
            change: stage.flatMap { RiverWords.rate($0, in: language) },
            seen: observedAt.map {
                Age($0, now: now, language: language, oldAfter: gauge.staleAfter)
            },
            quality: isMissing ? .missing : stage?.quality ?? gauge.reading?.quality ?? .missing,
            isCompact: isCompact)
    }

    private static func picture(
        _ gauge: DisasterState.Gauge, history: [FloodReading], hours: Int,
        levels: [FloodStage.Level: Int], name: String, now: Timestamp,
        _ language: Language, _ texts: Texts
    ) -> Picture {
        let span = Duration.hours(hours).spoken(in: language)
        let caption =
            switch language {
            case .japanese: "この\(span)の水位"
            case .easyJapanese: "\(span)の 水の 高さ"
            case .english: "Level, last \(span)"
            }
        let forecast = gauge.stage.flatMap { stage in
            stage.nextLevel.flatMap { level in stage.minutesToNext.map { (level, $0) } }
        }
        let from = now - .hours(hours)
        let shown = history.filter { $0.observedAt >= from }
        let chart = RiverChart(
            readings: history, levels: levels, from: from, now: now,
            gapMinutes: max(gauge.thresholds?.staleAfterMinutes ?? 30, 1),
            forecast: gauge.stage?.isMissing == true ? nil : forecast, language: language,
            title: "\(name) \(caption)",
            summary: summary(shown, language))
        return Picture(
            .chart, caption: caption, svg: chart.svg(),
            table: table(shown, caption: caption, levels: levels, now, language, texts))
    }

    private static func summary(_ history: [FloodReading], _ language: Language) -> String {
        let known = history.compactMap(\.levelCentimetres)
        guard let low = known.min(), let high = known.max() else {
            return RiverWords.missing[language]
        }
        let (from, to) = (Metres.text(centimetres: low), Metres.text(centimetres: high))
        return switch language {
        case .japanese: "最低 \(from) m、最高 \(to) m。"
        case .easyJapanese: "いちばん ひくい \(from) m、いちばん 高い \(to) m。"
        case .english: "Lowest \(from) m, highest \(to) m."
        }
    }

    /// Rows beneath the picture: newest first, thinned to what a person reads.
    static let tableRowsMax = 13

    private static func table(
        _ history: [FloodReading], caption: String, levels: [FloodStage.Level: Int],
        _ now: Timestamp, _ language: Language, _ texts: Texts
    ) -> Table {
        let sorted = history.filter { $0.observedAt <= now }
            .sorted { $0.observedAt > $1.observedAt }
        let step = max(1, (sorted.count + tableRowsMax - 1) / tableRowsMax)
        let rows = sorted.enumerated().filter { $0.offset % step == 0 }.map(\.element)
        return Table(
            caption: caption, hidesCaption: true,
            columns: [
                .init(texts["riverTime"][language]),
                .init(texts["riverLevel"][language] + " (m)", isNumber: true),
            ],
            rows: rows.map { reading in
                [
                    .init(reading.observedAt.spoken(in: language, at: now)),
                    .init(
                        reading.levelCentimetres.map { Metres.text(centimetres: $0) }
                            ?? RiverWords.missing[language]),
                ]
            })
    }
}
