import CityKernel
import CityPlaces
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// With `CITY_TEST_RESULTS` the pictures are left there, for a person to look at.
struct MapPictureTests {
    @Test(
        "地図は整ったXMLで、携帯でも大きな画面でも軽い",
        arguments: [
            ("centre", 358, 360, 14_000), ("city", 358, 360, 24_000),
            ("centre", 1_120, 760, 16_000), ("city", 1_120, 760, 28_000),
        ])
    func sizes(name: String, width: Int, height: Int, bytesMax: Int) throws {
        let city = try #require(try Hitoyoshi.layer("boundary-simplified.geojson").box)
        let frame = name == "city" ? city : Hitoyoshi.centre
        let svg = try Hitoyoshi.night(id: "m", frame: frame).svg(width: width, height: height)
        #expect(svg.utf8.count < bytesMax)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        try keep(svg, "map-\(name)-\(width).svg")
    }

    @Test("題と説明があり、押せる印は44ピクセルで、ことばで言える")
    func accessible() throws {
        let picture = try Hitoyoshi.night(id: "m", frame: Hitoyoshi.centre)
        let svg = picture.svg(width: 358, height: 360)
        #expect(svg.contains("<title id=\"m-t\">人吉市の川と避難所</title>"))
        #expect(svg.contains("aria-labelledby=\"m-t m-d\""))
        #expect(svg.contains("role=\"group\""))
        let links = svg.split(separator: "<a href=").dropFirst()
        #expect(links.count > 8)
        for link in links {
            #expect(link.contains("<circle r=\"22\" fill=\"transparent\"/>"))
            #expect(link.contains("<title>"))
        }
        #expect(svg.contains("<title>人吉（水位観測所 レベル4）</title>"))
        #expect(svg.contains("<title>人吉東小学校（満員の避難所）</title>"))
        #expect(svg.contains("<title>開いている避難所 2か所</title>"))
        #expect(!svg.contains("animate"))
        let plain = try Hitoyoshi.night(id: "m", frame: Hitoyoshi.centre, isLinked: false)
        #expect(plain.svg(width: 358, height: 360).contains("role=\"img\""))
    }

    @Test("縮尺、北、出典があり、ない印は凡例にもない")
    func furniture() throws {
        var picture = try Hitoyoshi.night(id: "m", frame: Hitoyoshi.centre)
        let svg = picture.svg(width: 358, height: 360)
        for words in ["1 km", ">北<", "国土数値情報 N03 ほか", ">橋のあかり<", ">開いていない避難所<"] {
            #expect(svg.contains(words))
        }
        picture.symbols = []
        let empty = picture.svg(width: 358, height: 360)
        #expect(!empty.contains(">開いている避難所<"))
        #expect(empty.contains("viewBox=\"0 0 358 360\""))
    }

    @Test("縮尺の棒は地上の長さと合う")
    func scale() throws {
        // Two marks 1 km apart on a meridian; the bar of 1 km must be as long as they are apart.
        let south = GeoPoint(latitude: 32.2, longitude: 130.76)
        let north = GeoPoint(latitude: 32.2 + 1 / 111.195, longitude: 130.76)
        let frame = try #require(GeoBox(around: [south, north], roomMetres: 1_500))
        var picture = MapPicture(id: "m", title: "t", summary: "s", frame: frame)
        picture.symbols = [
            MapSymbol(.camera, at: south, label: "a"), MapSymbol(.camera, at: north, label: "b"),
        ]
        let svg = picture.svg(width: 800, height: 800)
        let heights = svg.matches(of: #/translate\(400 ([0-9.]+)\)/#).compactMap { Double($0.1) }
        let bar = try #require(svg.firstMatch(of: #/v5h([0-9.]+)v-5/#).flatMap { Double($0.1) })
        #expect(heights.count == 2)
        #expect(svg.contains(">500 m<") || svg.contains(">1 km<"))
        let apart = abs(heights[0] - heights[1])
        #expect(abs(apart - (svg.contains(">1 km<") ? bar : bar * 2)) < 1)
    }

    @Test("開いた避難所は閉じた避難所の数に隠れず、近いものだけが一つの印になる")
    func joining() {
        let centre = GeoPoint(latitude: 32.21, longitude: 130.76)
        let frame = GeoBox(south: 32.20, west: 130.75, north: 32.22, east: 130.77)
        var picture = MapPicture(id: "m", title: "t", summary: "s", frame: frame)
        picture.symbols = [
            MapSymbol(.shelter(.closed), at: centre, label: "閉", link: "/a"),
            MapSymbol(.shelter(.open), at: centre, label: "開", link: "/b"),
            MapSymbol(.shelter(.closed), at: centre, label: "閉2", link: "/c"),
        ]
        picture.listLink = "#list"
        let svg = picture.svg(width: 358, height: 358)
        #expect(svg.contains("<title>開（開いている避難所）</title>"))
        #expect(svg.contains("href=\"#list\""))
        #expect(svg.contains("<title>開いていない避難所 2か所</title>"))
    }

    @Test("名前は重ならない")
    func labels() throws {
        var picture = try Hitoyoshi.night(id: "m", frame: Hitoyoshi.centre)
        picture.showsLegend = false
        let svg = picture.svg(width: 1_120, height: 760)
        let texts = svg.matches(of: #/<text x="([0-9.]+)" y="([0-9.]+)">([^<]+)</#)
            .compactMap { match -> (x: Double, y: Double, end: Double)? in
                guard let x = Double(match.1), let y = Double(match.2) else { return nil }
                return (x, y, x + Double(match.3.count) * 11)
            }
        #expect(texts.count > 30)
        for (index, one) in texts.enumerated() {
            for other in texts[(index + 1)...] {
                let isApart =
                    one.end < other.x || other.end < one.x || abs(one.y - other.y) > 10
                #expect(isApart)
            }
        }
    }

    @Test("地図に書く名前は記号に読まれない")
    func escaping() {
        let centre = GeoPoint(latitude: 32.21, longitude: 130.76)
        let frame = GeoBox(south: 32.20, west: 130.75, north: 32.22, east: 130.77)
        var picture = MapPicture(id: "m", title: "<&>", summary: "\"\u{1}", frame: frame)
        picture.symbols = [
            MapSymbol(.camera, at: centre, label: "<script>", link: "/?a=\"&b"),
            MapSymbol(.bridge(colour: "\"/><script>"), at: centre, label: "b"),
        ]
        let svg = picture.svg(width: 358, height: 300)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("<script"))
    }

    @Test("大きさは決めた範囲に収まり、印の数には上限がある")
    func limits() {
        let frame = GeoBox(south: 32.20, west: 130.75, north: 32.22, east: 130.77)
        var picture = MapPicture(id: "m", title: "t", summary: "s", frame: frame)
        #expect(picture.svg(width: 10, height: 10).contains("viewBox=\"0 0 320 200\""))
        #expect(picture.svg(width: 9_000, height: 500).contains("viewBox=\"0 0 1200 500\""))
        picture.symbols = (0..<(MapPicture.symbolsMax + 50)).map { step in
            let point = GeoPoint(latitude: 32.21, longitude: 130.75 + Double(step) * 0.00004)
            return MapSymbol(.camera, at: point, label: "\(step)", link: "/\(step)")
        }
        let svg = picture.svg(width: 358, height: 300)
        #expect(svg.split(separator: "<a href").count - 1 == MapPicture.symbolsMax)
    }

    @Test("近い場所は数のある一つの印になり、印の上限より多くの場所が地図に入る")
    func touchingPlaces() {
        let frame = GeoBox(south: 32.20, west: 130.75, north: 32.22, east: 130.77)
        var picture = MapPicture(id: "m", title: "t", summary: "s", frame: frame)
        picture.symbols = (0..<MapPicture.joinedMax).map { step in
            let point = GeoPoint(latitude: 32.21, longitude: 130.755 + Double(step % 2) * 0.01)
            return MapSymbol(.place, at: point, label: "\(step)", link: "/\(step)")
        }
        let svg = picture.svg(width: 358, height: 300)
        #expect(svg.split(separator: ">1000</text>").count - 1 == 2)
        #expect(svg.split(separator: "1000か所").count - 1 == 2)
    }

    @Test("動く地図には、絵と同じ印と層が渡る")
    func document() throws {
        let picture = try Hitoyoshi.night(id: "m", frame: Hitoyoshi.centre)
        let json = picture.document.json
        let layers = try #require(json["layers"]?.array)
        #expect(
            layers.compactMap { $0["style"]?.string }.prefix(3) == [
                "neighbours", "boundary", "towns",
            ])
        let marks = layers.filter { $0["style"]?.string == "symbols" }
            .flatMap { $0["data"]?["features"]?.array ?? [] }
        #expect(marks.count == picture.symbols.count)
        let svg = picture.svg(width: 358, height: 360)
        for look in Set(marks.compactMap { $0["properties"]?["look"]?.string }) {
            #expect(svg.contains("<g id=\"m-\(look)\">"))
        }
        #expect(json.bytes.count < 80_000)
    }

    private func keep(_ svg: String, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["CITY_TEST_RESULTS"] else { return }
        try Data(svg.utf8).write(to: URL(fileURLWithPath: folder).appending(path: name))
    }
}
