package import CityKernel
import Hummingbird

/// Every component in every state on one page, for looking: `/design`.
package struct DesignPage: Sendable {
    let pages: PageRenderer
    let clock: any CityClock

    package init(pages: PageRenderer, clock: any CityClock) {
        self.pages = pages
        self.clock = clock
    }

    func addRoutes(to router: CityRouter) {
        router.get("/design") { request, context in
            try pages.respond(
                with: page(links: context.links, bands: []), to: request, context)
        }
    }

    /// The page for a reader, with the bands and the frame that one wants to look at.
    /// - Throws: `TemplateError`.
    package func page(
        links: Links, audience: Page.Audience = .citizen, bands: [Page.Band]
    ) throws(TemplateError) -> Page {
        let model = DesignModel(now: clock.now, links: links)
        return Page(
            title: "部品の見本", body: try pages.render("design", model, links: links),
            audience: audience, canonicalPath: "/design", bands: bands,
            crumbs: [Page.Crumb("トップ", path: "/")])
    }
}

/// What the page of components shows. Its river and shelters are examples, not the city's.
struct DesignModel {
    struct Icon {
        let part: String
        let name: String
    }

    struct List { let rows: [RowLink] }

    static let iconNames = [
        "river", "lamp", "shelter", "camera", "person", "family", "card", "bus", "form", "map",
        "home", "warning", "clock", "phone", "sos", "check", "info", "stop", "up", "down", "level",
        "next", "back", "list", "search", "bell", "data", "flow", "out", "device", "in",
    ]

    let alerts: [AlertBand]
    let levels: [LevelTag]
    let values: [LiveValue]
    let compactValues: [LiveValue]
    let chart: Picture
    let map: Picture
    let shares: [Share]
    let notices: [Notice]
    let list: List
    let actions: [Action]
    let nothing: EmptyState
    let table: Table
    let fields: [FormField]
    let icons: [Icon]

    init(now: Timestamp, links: Links) {
        alerts = Self.alerts(links)
        levels = AlertLevel.allCases.reversed().map {
            LevelTag($0, words: $0 == .none ? "発令なし" : "レベル\($0.rawValue)")
        }
        values = Self.values(now, links.language)
        compactValues = [
            LiveValue(
                label: "一武", value: "2.10", unit: "m", trend: .falling, change: "0.2 m/時",
                seen: Age(now - .minutes(4), now: now, language: links.language), isCompact: true),
            LiveValue(
                label: "渡", value: nil,
                seen: Age(
                    now - .minutes(71), now: now, language: links.language), isCompact: true),
            LiveValue(
                label: "雨量(1時間)", value: "12", unit: "mm",
                seen: Age(now - .minutes(9), now: now, language: links.language), isCompact: true),
        ]
        chart = Picture(
            .chart, id: "chart", caption: "球磨川 人吉の水位", svg: DesignPictures.chart,
            table: Self.chartTable)
        map = Picture(
            .map, caption: "開いている避難所", svg: DesignPictures.map,
            legend: [
                .init(swatch: DesignPictures.shelterSwatch, words: "避難所"),
                .init(swatch: DesignPictures.riverSwatch, words: "川"),
            ])
        shares = [
            Share("第一中学校", words: "120人中 84人(混んできた)", percent: 70),
            Share("スポーツパレス", words: "500人中 40人(空いている)", percent: 8),
        ]
        notices = Self.notices
        list = List(rows: [
            RowLink("近くの避難所", path: links.to("/"), icon: "shelter", note: "0.7 km"),
            RowLink("橋のカメラ", path: links.to("/"), icon: "camera", note: "3:49"),
            RowLink("書かない窓口とオンライン申請の受け付け状況", path: links.to("/"), icon: "form"),
        ])
        actions = [
            Action("家族に知らせる", path: links.to("/"), icon: "family"),
            Action("地図を開く", path: links.to("/"), icon: "map", weight: .second),
            Action("発令を取り消す", path: links.to("/"), weight: .danger),
        ]
        nothing = EmptyState("投稿はまだありません", text: "最初の1件を送れます。", icon: "list")
        table = Self.table
        fields = Self.fields
        icons = Self.iconNames.map { Icon(part: "icon/" + $0, name: $0) }
    }
}
