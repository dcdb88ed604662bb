import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/light`: how the bridges shine now, and what each light means.
///
/// Plan: 防災 ライティング防災アラート.
struct LightPage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("light") { request, context in
            try await city.pages.cached(request, context, topics: DisasterState.topics) { links in
                let state = try await DisasterState.load(city)
                let texts = city.pages.texts
                let title = texts["bridgeTitle"][links.language]
                let model = LightModel(state, title: title, links: links, texts: texts)
                return Page(
                    title: title, description: texts["bridgeLead"][links.language],
                    body: try city.pages.render("disaster/light", model, links: links),
                    canonicalPath: DisasterPaths.light,
                    refreshSeconds: PortalPage.refreshSeconds,
                    bands: city.bands(state, links.language))
            }
        }
    }
}

/// The bridges with their legends, made from the very scheme that lights them.
struct LightModel {
    struct Bridge {
        let card: BridgeCard
        let legend: [SchemeRow]
        let schemeName: String
        let source: String
    }

    let title: String
    let bridges: [Bridge]
    let empty: EmptyState?

    init(_ state: DisasterState, title: String, links: Links, texts: Texts) {
        let language = links.language
        self.title = title
        bridges = state.bridges.enumerated().map { number, light in
            let scheme =
                light.scheme.flatMap { $0.isValid(at: state.now) ? $0 : nil }
                ?? .standard
            return Bridge(
                card: BridgeCard(light, number: number, now: state.now, language, texts: texts),
                legend: SchemeRow.rows(
                    of: scheme, shown: state.gauge(light.bridge.gaugeID)?.stage?.standing,
                    words: state.words, language),
                schemeName: scheme.name[language], source: scheme.source)
        }
        empty =
            bridges.isEmpty
            ? EmptyState(texts["bridgeNone"][language], icon: "lamp") : nil
    }
}

/// One line of a legend: stage, swatch, light in words.
struct SchemeRow {
    let stage: String
    let swatch: String
    let light: String
    let isNow: Bool

    static func rows(
        of scheme: BridgeScheme, shown: FloodStage.Standing?, words: StageWords,
        _ language: Language
    ) -> [SchemeRow] {
        FloodStage.Standing.allCases.sorted { $0.severity > $1.severity }.map { standing in
            let light: BridgeScheme.Light
            let said: String
            switch scheme.steps[standing] {
            case .light(let shown):
                (light, said) = (shown, LightWords.say(shown, in: language))
            case .calm, nil:
                light = scheme.calm.light
                said = calm(scheme.calm, language)
            }
            return SchemeRow(
                stage: words.name(standing)[language], swatch: swatch(light), light: said,
                isNow: standing == shown)
        }
    }

    /// 「日の入りから22:00まで 電球色 点灯」.
    private static func calm(_ calm: BridgeScheme.Calm, _ language: Language) -> String {
        let end = clock(calm.endMinuteOfDay)
        let light = LightWords.say(calm.light, in: language)
        let begin: String
        switch (calm.beginning, language) {
        case (.minuteOfDay(let minute), _): begin = clock(minute)
        case (.sunset, .english): begin = "sunset"
        case (.sunset, .easyJapanese): begin = "くらく なって"
        case (.sunset, .japanese): begin = "日の入り"
        }
        return switch language {
        case .japanese: "\(begin)から\(end)まで \(light)、ほかは消灯"
        case .easyJapanese: "\(begin)から \(end)まで \(light)"
        case .english: "\(begin) to \(end): \(light); off otherwise"
        }
    }

    private static func clock(_ minute: Int) -> String {
        "\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }

    /// A lamp of 32 px on the dark of night; the flash is told by its rays.
    private static func swatch(_ light: BridgeScheme.Light) -> String {
        let colour = light.isVisible ? light.colour.hex : "none"
        let isFlash = light.pattern == .flash || light.pattern == .doubleFlash
        let rays =
            "<path d=\"M16 2v5m0 18v5M2 16h5m18 0h5\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
        return """
            <svg class="swatch" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" \
            height="32" rx="6" fill="#00063a"/>\(isFlash ? rays : "")<circle cx="16" cy="16" \
            r="6" fill="\(colour)" stroke="#6f7bb0"/></svg>
            """
    }
}
