import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CityDisaster

/// 2026-07-04 in Japan.
private func at(_ clock: String) -> Timestamp { Lamp.instant(clock) }

@Suite("市民のページ")
struct CitizenPageTests {
    @Test("平常: 同じ骨組みで、今すること・水位・次の基準までを言う")
    func calm() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(92, at: at("9:10"))
            try await town.observe(93, at: at("9:20"))
            let html = try await town.page("/")
            #expect(html.contains("避難情報は防災無線で確認"))
            #expect(html.contains("川の水位は平常。避難する場所と道を確かめておく。"))
            #expect(html.contains("<b>0.93<small>m</small></b>"))
            #expect(html.contains("氾濫注意水位まで 2.07 m"))
            #expect(html.contains("9:20 現在"))
            #expect(html.contains("昼は消灯"))
            #expect(!html.contains("氾濫危険</span>"))
        }
    }

    @Test("危険: 今すること・上昇の速さ・次までの時間・橋の赤が一つのページで合う")
    func alert() async throws {
        try await FieldCity.with("hitoyoshi", at: at("2:00")) { town in
            try await town.observe(300, at: at("3:00"))
            try await town.observe(322, at: at("3:20"))
            try await town.observe(345, at: at("3:40"))
            let html = try await town.page("/")
            #expect(html.contains("今すぐ離れる。浸水のおそれがある所の人は全員、高い所へ。"))
            #expect(html.contains("氾濫危険</span>"))
            #expect(html.contains("赤 点灯"))
            #expect(html.contains("計画高水位に達するおそれ"))
            #expect(html.contains("3.45"))
            // The river's stage never speaks as the city's order.
            #expect(!html.contains("発令"))
            #expect(html.contains("避難情報は防災無線で確認"))
        }
    }

    @Test("黙れば欠測・危険: 古い数を新しく見せず、帯と斜線で言い、あかりは消さない")
    func silence() async throws {
        try await FieldCity.with("hitoyoshi", at: at("2:00")) { town in
            try await town.observe(345, at: at("3:40"))
            town.clock.advance(to: at("4:11"))
            try await town.broker.tick()
            let html = try await town.page("/")
            #expect(html.contains("欠測・危険"))
            #expect(html.contains("31分前の情報です"))
            #expect(html.contains("class=\"c-gap\""))
            #expect(html.contains("赤 点灯"))
            #expect(!html.contains("<b>3.45<small>"))
        }
    }

    @Test("三つの言語で、すべてのページが開く", arguments: ["ja", "easy", "en"])
    func languages(language: String) async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(345, at: at("9:10"))
            let paths = [
                "/", "/rivers", "/rivers/hitoyoshi", "/rivers/watari", "/shelters", "/light",
                "/map", "/shelters/E4320300016201", "/shelters?town=%E4%B8%83%E6%97%A5%E7%94%BA",
                "/shelters?near=32.21,130.76", "/rivers/hitoyoshi?hours=72",
            ]
            for path in paths {
                let mark = path.contains("?") ? "&" : "?"
                let target = "\(path)\(mark)lang=\(language)"
                let status = try await town.status(target)
                #expect(status == .ok, "\(target)")
            }
        }
    }

    @Test("知らない観測所と避難所は、404 で言う")
    func unknown() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            for path in ["/rivers/nile", "/shelters/E1", "/shelters/%20"] {
                let status = try await town.status(path)
                #expect(status == .notFound, "\(path)")
            }
        }
    }

    @Test("避難所: 町をえらぶと近い順、洪水で使えない所は頼まれた時だけ")
    func shelters() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            let near = try await town.page("/shelters?town=%E4%B8%83%E6%97%A5%E7%94%BA")
            let first = try #require(near.range(of: "人吉東小学校"))
            let last = try #require(near.range(of: "田野活性化センター"))
            #expect(first.lowerBound < last.lowerBound)
            #expect(!near.contains("東西コミュニティセンター"))
            let all = try await town.page("/shelters?all=1")
            #expect(all.contains("東西コミュニティセンター"))
            let open = try await town.page("/shelters?open=1")
            #expect(open.contains("この条件に合う避難所はありません"))
        }
    }

    @Test("避難所: 町をえらぶと近い五つだけが開き、遠い所は畳む。条件は保たれる")
    func nearest() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            let near = try await town.page("/shelters?town=%E4%B8%83%E6%97%A5%E7%94%BA")
            let heading = try #require(near.range(of: "七日町から近い避難所"))
            let fold = try #require(near.range(of: "<details><summary>もっと遠い避難所"))
            let rows = near[heading.upperBound..<fold.lowerBound].components(separatedBy: "<li>")
            #expect(rows.count == SheltersModel.nearestMax + 1)
            let here = try await town.page("/shelters?near=32.2131,130.7671&lang=en")
            #expect(here.contains("Nearest to where you are"))
            #expect(here.contains("name=\"near\" value=\"32.213,130.767\""))
        }
    }

    @Test("場所の公表されていない橋は、地図に印を作らず、そのことを言う")
    func bridgeWithoutPlace() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            let bridge = try #require(try await town.broker.nouns(Bridge.self).first)
            #expect(bridge.location == nil)
            #expect(try await town.page("/map").contains("場所が公表されていない橋は"))
            var known = bridge
            known.location = GeoPoint(latitude: 32.21, longitude: 130.76)
            try await town.broker.apply(known.facts, source: "test")
            let map = try await town.page("/map?fresh")
            #expect(map.contains("橋のあかり"))
            #expect(!map.contains("場所が公表されていない橋は"))
        }
    }

    @Test("あかりの凡例は、灯す配色そのものから作る")
    func legend() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(345, at: at("9:10"))
            let html = try await town.page("/light")
            #expect(html.contains("日の入りから22:00まで 電球色 点灯"))
            #expect(html.contains("赤 点滅(1秒に1回)"))
            #expect(html.contains("class=\"is-now\""))
        }
    }

    @Test("最初のページは、危険な夜でも圧縮して14,600バイトまで", arguments: ["ja", "en"])
    func weight(language: String) async throws {
        try await FieldCity.with("hitoyoshi", at: at("0:00")) { town in
            for step in 0..<36 {
                try await town.observe(120 + step * 8, at: at("0:00") + .minutes(step * 10))
            }
            let bytes = try await town.client.execute(
                uri: "/?lang=\(language)", method: .get,
                headers: [.acceptEncoding: "gzip", .accept: "text/html"]
            ) { response in
                #expect(response.headers[.contentEncoding] == "gzip")
                return response.body.readableBytes
            }
            #expect(bytes <= 14_600)
        }
    }

    @Test("避難所のない市でも、名乗って開く")
    func demo() async throws {
        try await FieldCity.with("fukui-demo", at: at("9:00")) { town in
            let html = try await town.page("/")
            #expect(html.contains("デモです"))
            #expect(html.contains("開設の知らせは、まだありません"))
        }
    }
}

@Suite("職員のページ")
struct StaffPageTests {
    @Test("サインインしていない人には開かない")
    func guarded() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            for path in ["/staff", "/staff/shelters", "/staff/thresholds", "/staff/schemes"] {
                let status = try await town.status(path)
                #expect(status != .ok, "\(path)")
            }
        }
    }

    @Test("避難所を一押しで開け、市民のページに出て、元に戻せる")
    func shelters() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            let cookie = try await town.signIn()
            let id = "E4320300016201"
            let opened = try await town.post(
                [("shelter", id), ("status", "open")], to: "/staff/shelters", cookie: cookie)
            #expect(opened.status == .seeOther)
            let portal = try await town.page("/?town=%E4%B8%83%E6%97%A5%E7%94%BA")
            #expect(portal.contains("人吉東小学校"))
            #expect(portal.contains("160 m"))
            let after = try await town.page(opened.location ?? "", cookie: cookie)
            #expect(after.contains("元に戻す"))
            _ = try await town.post(
                [("shelter", id), ("status", "closed"), ("crowding", "unknown")],
                to: "/staff/shelters", cookie: cookie)
            #expect(try await town.page("/").contains("開設の知らせは、まだありません"))
            let audit = try await town.city.identity.listAudit(of: "urn:ngsi-ld:Shelter:\(id)")
            #expect(audit.map(\.detail) == ["closed, unknown", "open, unknown"])
        }
    }

    @Test("基準水位: 誤りは直し方つきで残り、ためし、保存すると再起動なしに効き、戻せる")
    func thresholds() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(320, at: at("9:10"))
            let cookie = try await town.signIn()
            let path = "/staff/thresholds/hitoyoshi"
            let wrong = try await town.post(
                [
                    ("caution", "3.5"), ("danger", "3.4"), ("overflow", "高い"),
                    ("validFrom", "2026-02-30"), ("source", ""), ("approvedBy", "防災"),
                    ("action", "save"),
                ], to: path, cookie: cookie)
            #expect(wrong.status == .ok)
            for mend in ["より高くしてください", "メートルの数ではありません", "日付ではありません", "空です"] {
                #expect(wrong.body.contains(mend), "\(mend)")
            }
            let right = [
                ("caution", "3.50"), ("danger", "４．００"), ("validFrom", "2026-07-04"),
                ("source", "試験の告示"), ("approvedBy", "防災"),
            ]
            let tried = try await town.post(
                right + [("action", "preview")], to: path, cookie: cookie)
            #expect(tried.body.contains("氾濫注意 → 平常"))
            let saved = try await town.post(
                right + [("action", "save")], to: path, cookie: cookie)
            #expect(saved.status == .seeOther)
            #expect(try await town.stage().level == .normal)
            let page = try await town.page(path, cookie: cookie)
            #expect(page.contains("試験の告示"))
            let restored = try await town.post([("restore", "0")], to: path, cookie: cookie)
            #expect(restored.status == .seeOther)
            #expect(try await town.stage().level == .caution)
            let noun = FloodThresholds.id(of: town.face).text
            let audit = try await town.city.identity.listAudit(of: noun)
            #expect(audit.map(\.action) == ["restore-thresholds", "set-thresholds"])
        }
    }

    @Test("配色を替えると、橋がすぐ替わり、元に戻せる")
    func schemes() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(345, at: at("9:10"))
            let cookie = try await town.signIn()
            let bridge = "hitoyoshi:mizunote"
            _ = try await town.post(
                [("bridge", bridge), ("scheme", "national")], to: "/staff/schemes",
                cookie: cookie)
            #expect(try await town.lamp().colour.hex == "#AA00AA")
            _ = try await town.post(
                [("bridge", bridge), ("scheme", "hitoyoshi-2022")], to: "/staff/schemes",
                cookie: cookie)
            #expect(try await town.lamp().colour == .alertRed)
        }
    }

    @Test("配色の色を直すと、すぐ橋に出る。危険を消す配色は断る")
    func colours() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            try await town.observe(345, at: at("9:10"))
            let cookie = try await town.signIn()
            func fields(_ danger: String) -> [(String, String)] {
                FloodStage.Standing.allCases.flatMap { standing -> [(String, String)] in
                    let pattern = standing.isAlert ? "steady" : "calm"
                    return [
                        ("\(standing.rawValue).pattern", standing == .danger ? danger : pattern),
                        ("\(standing.rawValue).colour", "#ff8000"),
                    ]
                } + [("action", "save")]
            }
            let path = "/staff/schemes/hitoyoshi-2022"
            let dark = try await town.post(fields("dark"), to: path, cookie: cookie)
            #expect(dark.body.contains("消せません"))
            #expect(try await town.lamp().colour == .alertRed)
            let saved = try await town.post(fields("flashing"), to: path, cookie: cookie)
            #expect(saved.status == .seeOther)
            #expect(try await town.lamp().colour.hex == "#FF8000")
            #expect(try await town.lamp().pattern == .flash)
            let page = try await town.page(saved.location ?? "", cookie: cookie)
            #expect(page.contains("元に戻す"))
            let undone = try await town.post([("restore", "0")], to: path, cookie: cookie)
            #expect(undone.status == .seeOther)
            #expect(try await town.lamp().colour == .alertRed)
            #expect(try await town.lamp().pattern == .steady)
        }
    }

    @Test("手で入れた水位は、すぐ段階とあかりに効く")
    func reading() async throws {
        try await FieldCity.with("hitoyoshi", at: at("9:00")) { town in
            let cookie = try await town.signIn()
            let wrong = try await town.post(
                [("gauge", "hitoyoshi"), ("level", "三"), ("clock", "25:00")],
                to: "/staff/readings", from: "/staff", cookie: cookie)
            #expect(wrong.body.contains("時刻ではありません"))
            let english = try await town.post(
                [("gauge", "hitoyoshi"), ("level", "3"), ("clock", "25:00")],
                to: "/staff/readings?lang=en", from: "/staff", cookie: cookie)
            #expect(english.body.contains("is not a time of day"))
            let easy = try await town.page("/staff?lang=easy", cookie: cookie)
            #expect(easy.contains("まって いる こと"))
            let saved = try await town.post(
                [("gauge", "hitoyoshi"), ("level", "4.10"), ("clock", "8:58")],
                to: "/staff/readings", from: "/staff", cookie: cookie)
            #expect(saved.status == .seeOther)
            let stage = try await town.stage()
            #expect(stage.level == .overflow)
            #expect(stage.quality == .manual)
            #expect(try await town.lamp().pattern == .flash)
            #expect(try await town.page("/staff", cookie: cookie).contains("計画高水位超過"))
        }
    }
}

extension FieldCity {
    func stage() async throws -> FloodStage {
        let entity = try await broker.entity(FloodStage.id(of: face))
        return try FloodStage(#require(entity))
    }

    func lamp() async throws -> LampCommand {
        let entity = try await broker.entity(city.configuration.lamps[0].entityID)
        return try LampCommand(#require(entity))
    }
}

@Suite("図")
struct PictureTests {
    func chart(_ readings: [FloodReading], now: String) -> RiverChart {
        RiverChart(
            readings: readings, levels: [.caution: 300, .danger: 340, .overflow: 407],
            from: Gauge.at(now) - .hours(6), now: Gauge.at(now), gapMinutes: 30, forecast: nil,
            language: .japanese, title: "球磨川 <人吉>", summary: "要約")
    }

    @Test("欠けた間は線でつながず、斜線にする")
    func gap() {
        let readings = [
            Gauge.reading("6:00", 100), Gauge.reading("6:20", 110), Gauge.reading("8:00", 200),
            Gauge.reading("8:20", 210), Gauge.reading("8:25", 999, .suspect),
        ]
        let chart = chart(readings, now: "8:30")
        #expect(chart.gaps.count == 1)
        let svg = chart.svg()
        #expect(svg.components(separatedBy: "class=\"c-line\"").count == 3)
        #expect(svg.contains("欠測"))
        #expect(svg.contains("&lt;人吉&gt;"))
        #expect(!svg.contains("9.99"))
        #expect(svg.contains("計画高水位 4.07"))
    }

    @Test("値が一つもなければ、全体が斜線")
    func nothing() {
        let chart = chart([], now: "8:30")
        #expect(chart.gaps.count == 1)
        #expect(!chart.svg().contains("c-line"))
    }

    @Test("多すぎる点は間引いても、山と最後の値は残る")
    func thinned() {
        var readings = (0..<360).map {
            FloodReading(
                levelCentimetres: 100, observedAt: Gauge.at("2:00") + .minutes($0))
        }
        readings[123].levelCentimetres = 390
        let points = chart(readings, now: "8:00").points
        #expect(points.count <= RiverChart.pointsMax + 2)
        #expect(points.contains { $0.levelCentimetres == 390 })
        #expect(points.last == readings.last)
    }

    @Test("点滅は3 Hz より遅く、静けさを望む人には動かない絵がある")
    func bridge() {
        let fast = BridgeScheme.Light(colour: .alertRed, pattern: .flash, periodMilliseconds: 50)
        let svg = BridgePicture(light: fast, title: "橋").svg()
        #expect(svg.contains("dur=\"334ms\""))
        #expect(svg.contains("class=\"still\""))
        let steady = BridgeScheme.Light(colour: .alertRed, pattern: .steady)
        #expect(!BridgePicture(light: steady, title: "橋").svg().contains("animate"))
    }

    @Test(
        "色の名",
        arguments: [
            ("#FFFFFF", "白"), ("#FF0000", "赤"), ("#FFA757", "電球色"), ("#F2E700", "黄"),
            ("#AA00AA", "紫"), ("#FF2800", "赤"), ("#0017C1", "青"), ("#00C060", "緑"),
        ])
    func colours(hex: String, name: String) throws {
        let colour = try #require(LampCommand.Colour(hex: hex))
        #expect(LightWords.name(of: colour).japanese == name)
    }

    @Test(
        "打った数のメートル",
        arguments: [
            ("3.4", 340), ("3.40", 340), ("３．４０", 340), (" 3 ", 300), ("-0.5", -50),
            ("3.405", nil), ("", nil), ("高い", nil), ("nan", nil), ("1e9", nil),
        ] as [(String, Int?)])
    func metres(text: String, centimetres: Int?) {
        #expect(TypedMetres.centimetres(text) == centimetres)
    }
}
