import CityKernel
import CityWeb
import Foundation
import Testing

/// Also writes the pages for looking at when `CITY_WRITE_PAGES` names a directory.
@Suite("部品の見本")
struct DesignPageTests {
    @Test("見本はすべての言語と読み手で作れ、埋め忘れの言葉がない", arguments: Language.allCases)
    func everyLanguage(language: Language) throws {
        for audience in Page.Audience.allCases {
            for bands in [[], [Page.Band.drill, .stale(minutes: 23)]] {
                let html = try Design.html(language, audience, bands)
                #expect(html.contains("<html lang=\"\(language.tag)\" data-served=\"20"))
                #expect(!html.contains("{{"))
                #expect(!html.contains("Optional("))
                #expect(html.contains("訓練】") == (bands.contains(.drill) && language == .japanese))
                try Design.write(html, "design-\(language)-\(audience)-\(bands.count)")
            }
        }
    }
}

enum Design {
    static func renderer() throws -> PageRenderer {
        let menu = [
            MenuItem(path: "/river", words: LocalizedText("川とあかり"), icon: "river"),
            MenuItem(path: "/shelters", words: LocalizedText("避難所"), icon: "shelter"),
            MenuItem(path: "/map", words: LocalizedText("地図"), icon: "map"),
            MenuItem(path: "/design", words: LocalizedText("部品"), icon: "list"),
        ]
        let site = Site(
            cityName: LocalizedText("人吉市", easy: "ひとよしし", en: "Hitoyoshi City"),
            serviceName: LocalizedText(
                "人吉市 防災", easy: "ひとよしし ぼうさい", en: "Hitoyoshi Safety"),
            citizenMenu: menu, staffMenu: menu)
        return try PageRenderer(
            site: site,
            libraries: VendorFiles(directories: [
                "leaflet": URL(filePath: "/usr/share/javascript/leaflet")
            ]))
    }

    static func html(
        _ language: Language, _ audience: Page.Audience, _ bands: [Page.Band]
    ) throws -> String {
        let pages = try renderer()
        let links = Links(language, path: "/design")
        let clock = ManualClock(Timestamp(iso8601: "2020-07-04T03:52:00+09:00")!)
        var page = try DesignPage(pages: pages, clock: clock)
            .page(links: links, audience: audience, bands: bands)
        page.staff = SignedInStaff(
            id: "1", name: "高木 文", roles: ["duty"], formToken: "token")
        return try pages.document(page, links: links)
    }

    static func write(_ html: String, _ name: String) throws {
        guard let directory = ProcessInfo.processInfo.environment["CITY_WRITE_PAGES"] else {
            return
        }
        try Data(html.utf8).write(to: URL(filePath: directory).appending(path: name + ".html"))
    }
}
