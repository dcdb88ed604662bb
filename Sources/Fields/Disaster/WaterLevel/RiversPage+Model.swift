import CityKernel
import CityVocabulary
import CityWeb

/// Every gauge, the most dangerous first.
struct RiversModel {
    let title: String
    let gauges: [PortalModel.GaugeRow]
    let pager: Pager?

    init(
        _ state: DisasterState, title: String, page: Substring?, links: Links, texts: Texts
    ) {
        self.title = title
        // The order of the city's list stays among equals.
        let all = state.gauges.enumerated().sorted { left, right in
            let danger = (left.element.severity, right.element.severity)
            return danger.0 == danger.1 ? left.offset < right.offset : danger.0 > danger.1
        }
        let part = Pager.part(
            of: all, asked: page, path: DisasterPaths.rivers, links: links, texts: texts)
        gauges = part.rows.map { PortalModel.row($0.element, state, links, texts) }
        pager = part.pager
    }
}

extension DisasterState.Gauge {
    /// For sorting: a gauge without a stage comes last.
    fileprivate var severity: Int { stage.map { $0.standing.severity } ?? -1 }
}

/// One gauge.
struct RiverModel {
    struct Span {
        let words: String
        let path: String
        let isCurrent: Bool
    }

    let card: RiverCard
    let doNow: String?
    let spans: [Span]
    let thresholds: Table?
    /// Since when they hold and who said so.
    let thresholdsFrom: String?

    init(
        _ gauge: DisasterState.Gauge, _ state: DisasterState, history: [FloodReading],
        hours: Int, links: Links, texts: Texts
    ) {
        let language = links.language
        card = RiverCard(
            gauge, history: history, hours: hours, words: state.words,
            now: state.now, links: links, texts: texts)
        doNow = gauge.stage.flatMap { state.words.doNow($0.standing)?[language] }
        spans = RiversPage.spans.map { span in
            Span(
                words: texts["riverHours\(span)"][language],
                path: links.to(DisasterPaths.river(gauge) + "?hours=\(span)"),
                isCurrent: span == hours)
        }
        let edition = gauge.thresholds?.edition(at: state.now)
        thresholds = edition.map { Self.table($0, language, texts) }
        thresholdsFrom = edition.map {
            texts["riverThresholdsFrom"][language]
                .replacing(
                    "{date}", with: $0.validFrom.spokenDate(in: language, withYear: true)
                )
                .replacing("{source}", with: $0.source)
        }
    }

    private static func table(
        _ edition: FloodThresholds.Edition, _ language: Language, _ texts: Texts
    ) -> Table {
        Table(
            caption: texts["riverThresholds"][language], hidesCaption: true,
            columns: [
                .init(texts["riverStage"][language]),
                .init(texts["riverLevel"][language] + " (m)", isNumber: true),
            ],
            rows: edition.levels.sorted { $0.key > $1.key }.map { level, centimetres in
                [
                    .init(StageWords.threshold(level)[language]),
                    .init(Metres.text(centimetres: centimetres)),
                ]
            })
    }
}
