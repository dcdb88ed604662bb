import CityBroker
import CityConsent
package import CityKernel
package import Foundation

extension CityConfiguration {
    /// Reads `city.yaml` in `folder`; every mistake is collected.
    /// - Returns: `nil` when a needed key is absent or wrong.
    package static func read(
        folder: URL, into collector: DiagnosticCollector, clock: any CityClock = SystemClock()
    ) -> CityConfiguration? {
        let url = folder.appendingPathComponent("city.yaml")
        guard let text = read(url, shownAs: "city.yaml", into: collector) else { return nil }
        return parse(text, folder: folder, into: collector, clock: clock)
    }

    package static func parse(
        _ text: String, folder: URL, into collector: DiagnosticCollector,
        clock: any CityClock = SystemClock()
    ) -> CityConfiguration? {
        guard let top = ConfigurationNode.parse(text, file: "city.yaml", into: collector) else {
            return nil
        }
        let fields = top["fields"].map(readFields) ?? Set(Field.allCases)
        let needsRivers = fields.contains(.disaster)
        let ofRivers = ["texts", "thresholds", "schemes", "gauges", "cameras"]
        top.checkKeys(
            required: [
                "id", "name", "municipalityCode", "timezone", "languages", "centre",
                "boundingBox",
            ] + (needsRivers ? ofRivers : []),
            optional: [
                "audit", "consent", "demonstration", "fields", "jmaAreaCode", "files", "replays",
                "feeds",
                "lamps", "history", "neighbours", "ngsiLD", "outbound", "ports", "signIn",
                "types",
            ] + (needsRivers ? [] : ofRivers))
        checkTimezone(top)
        let gauges = top["gauges"]?.list()?.compactMap(gauge) ?? []
        let feeds = top["feeds"]?.list()?.compactMap(feed) ?? []
        let cameras = top["cameras"]?.list()?.compactMap(camera) ?? []
        let lamps = top["lamps"]?.list()?.compactMap { lamp($0, gauges: gauges) } ?? []
        let replays = top["replays"]?.list()?.compactMap { replay($0, gauges: gauges) } ?? []
        let files = top["files"].map { readFiles($0, folder: folder) } ?? [:]
        let ports = top["ports"].map(readPorts) ?? Ports()
        let history = top["history"].map(readHistory) ?? HistorySettings()
        let outbound = top["outbound"].map(readOutbound) ?? .publicOnly
        let neighbours = top["neighbours"].flatMap {
            readNeighbours($0, folder: folder, now: clock.now)
        }
        let types = top["types"].map(readTypes) ?? TypeSettings()
        let allowsMissingContext = top["ngsiLD"].map(readAllowsMissingContext) ?? false
        let signIn = top["signIn"].flatMap(readSignIn)
        let consent =
            top["consent"].flatMap { path($0, folder: folder) }
            .flatMap { name in
                read(folder.appendingPathComponent(name), shownAs: name, into: collector).map {
                    ConsentFile.parse($0, file: name, into: collector)
                }
            } ?? ConsentCatalogue()
        checkUnique(top["gauges"])
        checkUnique(top["feeds"])
        checkUnique(top["cameras"])
        checkUnique(top["lamps"])
        if needsRivers, let list = top["gauges"], gauges.isEmpty {
            list.report("the field disaster needs at least one gauge")
        }
        // Every part is read before any is needed, so that one pass names every mistake.
        let id = top["id"].flatMap(identifier)
        let name = top["name"]?.localizedText()
        let audit = readAudit(top["audit"], cityID: id ?? "city")
        let code = top["municipalityCode"].flatMap { digits($0, count: 6, hasCheckDigit: true) }
        let area = top["jmaAreaCode"].flatMap { digits($0, count: 7, hasCheckDigit: false) }
        let languages = top["languages"].flatMap(readLanguages)
        let centre = top["centre"]?.point()
        let box = top["boundingBox"].flatMap(readBox)
        let texts = top["texts"].flatMap { path($0, folder: folder) }
        let thresholds = top["thresholds"].flatMap { path($0, folder: folder) }
        let schemes = top["schemes"].flatMap { path($0, folder: folder) }
        if let box, let centre, !box.contains(centre) {
            top["centre"]?.report("the centre lies outside boundingBox")
        }
        guard let id, let name, let code, let languages, let centre, let box else { return nil }
        if needsRivers {
            guard texts != nil, thresholds != nil, schemes != nil, !gauges.isEmpty else {
                return nil
            }
        }
        return CityConfiguration(
            folder: folder, id: id, fields: fields,
            isDemonstration: top["demonstration"]?.bool() ?? false, name: name,
            municipalityCode: code, jmaAreaCode: area,
            languages: languages, centre: centre, boundingBox: box, textsPath: texts,
            thresholdsPath: thresholds, schemesPath: schemes, files: files, replays: replays,
            gauges: gauges, feeds: feeds, cameras: cameras, lamps: lamps, ports: ports,
            history: history, outbound: outbound, neighbours: neighbours,
            allowsMissingContext: allowsMissingContext,
            audit: audit, signIn: signIn, consent: consent, types: types)
    }

    // MARK: - Parts

    private static func readFields(_ node: ConfigurationNode) -> Set<Field> {
        Set((node.list() ?? []).compactMap { $0.choice(Field.self) })
    }

    private static func gauge(_ node: ConfigurationNode) -> Gauge? {
        node.checkKeys(
            required: ["id", "station", "name", "river", "ngsiId"], optional: ["position"])
        let id = node["id"].flatMap(identifier)
        let station = node["station"]?.string()
        let name = node["name"]?.localizedText()
        let river = node["river"]?.localizedText()
        let position = node["position"].flatMap { $0.isNull ? nil : $0.point() }
        let entityID = node["ngsiId"]?.entityID(type: "WaterLevelObserved")
        guard let id, let station, let name, let river, let entityID else { return nil }
        return Gauge(
            id: id, station: station, name: name, river: river, position: position,
            entityID: entityID)
    }

    private static func feed(_ node: ConfigurationNode) -> Feed? {
        node.checkKeys(
            required: ["id", "url", "intervalSeconds"],
            optional: ["timeColumn", "levelColumn", "gaugeColumn"])
        let id = node["id"].flatMap(identifier)
        let url = node["url"].flatMap(webAddress)
        let interval = node["intervalSeconds"]?.integer(in: 10...86_400)
        guard let id, let url, let interval else { return nil }
        return Feed(
            id: id, url: url, intervalSeconds: interval,
            timeColumn: node["timeColumn"]?.string(), levelColumn: node["levelColumn"]?.string(),
            gaugeColumn: node["gaugeColumn"]?.string())
    }

    static func webAddress(_ node: ConfigurationNode) -> String? {
        guard let url = node.string() else { return nil }
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), EntityID.isURI(url) else {
            node.report("this is not an address of http or https", remedy: "write https://…")
            return nil
        }
        return url
    }

    private static func camera(_ node: ConfigurationNode) -> Camera? {
        node.checkKeys(required: ["id", "name", "url", "intervalSeconds", "maximumAgeSeconds"])
        let id = node["id"].flatMap(identifier)
        let name = node["name"]?.localizedText()
        let url = node["url"].flatMap(webAddress)
        let interval = node["intervalSeconds"]?.integer(in: 5...86_400)
        let age = node["maximumAgeSeconds"]?.integer(in: 10...604_800)
        guard let id, let name, let url, let interval, let age else { return nil }
        guard age >= interval else {
            node["maximumAgeSeconds"]?.report(
                "a picture would be too old before the next one is fetched",
                remedy: "use intervalSeconds or more")
            return nil
        }
        return Camera(
            id: id, name: name, url: url, intervalSeconds: interval, maximumAgeSeconds: age)
    }

    private static func lamp(_ node: ConfigurationNode, gauges: [Gauge]) -> Lamp? {
        node.checkKeys(
            required: [
                "id", "name", "ngsiId", "gauge", "scheme", "protocol", "destination", "priority",
                "framesPerSecond", "keepAliveSeconds", "fixtures",
            ], optional: ["position"])
        let id = node["id"].flatMap(identifier)
        let name = node["name"]?.localizedText()
        let entityID = node["ngsiId"]?.entityID(type: "LampCommand")
        let gauge = node["gauge"].flatMap { known($0, gauges: gauges) }
        let scheme = node["scheme"]?.string()
        let transport = node["protocol"]?.choice(Lamp.Transport.self)
        let destination = node["destination"]?.string()
        let priority = node["priority"]?.integer(in: 0...200)
        let frames = node["framesPerSecond"]?.integer(in: 1...44)
        // E1.31 §6.7.1: a source silent for 2.5 s counts as gone.
        let keepAlive = node["keepAliveSeconds"]?.number(in: 0.1...2.5)
        let fixtures = node["fixtures"]?.list()?.compactMap(fixture) ?? []
        guard let id, let name, let entityID, let gauge, let scheme, let transport,
            let destination, let priority, let frames, let keepAlive, !fixtures.isEmpty
        else { return nil }
        return Lamp(
            id: id, name: name, entityID: entityID, gauge: gauge, schemeID: scheme,
            position: node["position"].flatMap { $0.isNull ? nil : $0.point() },
            transport: transport, destination: destination, priority: priority,
            framesPerSecond: frames, keepAliveSeconds: keepAlive, fixtures: fixtures)
    }

    private static func fixture(_ node: ConfigurationNode) -> Lamp.Fixture? {
        node.checkKeys(required: ["id", "name", "universe", "startChannel", "rgbFixtures"])
        let id = node["id"].flatMap(identifier)
        let name = node["name"]?.localizedText()
        let universe = node["universe"]?.integer(in: 1...63_999)
        let start = node["startChannel"]?.integer(in: 1...512)
        let count = node["rgbFixtures"]?.integer(in: 1...170)
        guard let id, let name, let universe, let start, let count else { return nil }
        guard start + 3 * count - 1 <= 512 else {
            node.report(
                "the fixtures need channels up to \(start + 3 * count - 1) of 512",
                remedy: "lower startChannel or rgbFixtures, or add a universe")
            return nil
        }
        return Lamp.Fixture(
            id: id, name: name, universe: universe, startChannel: start, rgbFixtures: count)
    }

    private static func replay(_ node: ConfigurationNode, gauges: [Gauge]) -> Replay? {
        node.checkKeys(required: ["id", "file", "gauge"])
        guard let id = node["id"].flatMap(identifier), let file = node["file"]?.string(),
            let gauge = node["gauge"].flatMap({ known($0, gauges: gauges) })
        else { return nil }
        return Replay(id: id, file: file, gauge: gauge)
    }

    private static func readFiles(_ node: ConfigurationNode, folder: URL) -> [String: String] {
        var files: [String: String] = [:]
        for (key, value) in node.entries {
            files[key] = path(value, folder: folder)
        }
        return files
    }

    private static func readPorts(_ node: ConfigurationNode) -> Ports {
        node.checkKeys(required: [], optional: ["http", "mqtt", "sacn"])
        var ports = Ports()
        let range = 1...65_535
        if let port = node["http"]?.integer(in: range) { ports.http = port }
        ports.mqtt = node["mqtt"]?.integer(in: range)
        if let port = node["sacn"]?.integer(in: range) { ports.sacn = port }
        return ports
    }

    // MARK: - Scalars with rules of their own

    static func identifier(_ node: ConfigurationNode) -> String? {
        guard let text = node.string() else { return nil }
        let isFine =
            !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
            }
        guard isFine else {
            node.report("`\(text)` is not an id", remedy: "use a-z, 0-9 and -, at most 64")
            return nil
        }
        return text
    }

    private static func digits(
        _ node: ConfigurationNode, count: Int, hasCheckDigit: Bool
    ) -> String? {
        guard let text = node.string() else { return nil }
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits.count == count, digits.allSatisfy({ (0...9).contains($0) }) else {
            node.report(
                "`\(text)` is not a code of \(count) digits",
                remedy: "write \(count) digits in quotes")
            return nil
        }
        guard hasCheckDigit else { return text }
        // 全国地方公共団体コード: weights 6…2, check digit 11 − (sum mod 11), last digit only.
        let sum = zip(digits, [6, 5, 4, 3, 2]).map(*).reduce(0, +)
        guard (11 - sum % 11) % 10 == digits[5] else {
            node.report("the check digit of `\(text)` is wrong", remedy: "check the code")
            return nil
        }
        return text
    }

    private static func readLanguages(_ node: ConfigurationNode) -> [Language]? {
        guard let list = node.list() else { return nil }
        let languages = list.compactMap { $0.choice(Language.self) }
        if languages.isEmpty { node.report("at least one language is needed") }
        return languages.isEmpty ? nil : languages
    }

    private static func readBox(_ node: ConfigurationNode) -> GeoBox? {
        guard node.checkKeys(required: ["west", "south", "east", "north"]),
            let west = node["west"]?.number(in: -180...180),
            let south = node["south"]?.number(in: -90...90),
            let east = node["east"]?.number(in: -180...180),
            let north = node["north"]?.number(in: -90...90)
        else { return nil }
        guard west < east, south < north else {
            node.report("west must be less than east, and south less than north")
            return nil
        }
        return GeoBox(south: south, west: west, north: north, east: east)
    }

    /// A relative path that exists and stays inside the city's folder.
    private static func path(_ node: ConfigurationNode, folder: URL) -> String? {
        guard let text = node.string() else { return nil }
        guard !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
            node.report("`\(text)` leaves the city's folder", remedy: "use a path inside it")
            return nil
        }
        guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(text).path)
        else {
            node.report("the file `\(text)` does not exist", remedy: "add it or correct the path")
            return nil
        }
        return text
    }

    private static func known(_ node: ConfigurationNode, gauges: [Gauge]) -> String? {
        guard let id = node.string() else { return nil }
        guard gauges.contains(where: { $0.id == id }) else {
            node.report("there is no gauge `\(id)`", remedy: "use an id from gauges")
            return nil
        }
        return id
    }

    private static func checkTimezone(_ top: ConfigurationNode) {
        guard let node = top["timezone"], let text = node.string() else { return }
        if text != "Asia/Tokyo" {
            node.report(
                "only Asia/Tokyo is supported", remedy: "City OS serves cities of Japan")
        }
    }

    static func checkUnique(_ list: ConfigurationNode?) {
        var seen: Set<String> = []
        for node in list?.children ?? [] {
            guard let idNode = node["id"], let id = idNode.plainText else { continue }
            if !seen.insert(id).inserted {
                idNode.report("the id `\(id)` appears twice", remedy: "give each its own id")
            }
        }
    }
}
