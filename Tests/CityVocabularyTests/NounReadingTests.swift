import CityKernel
import CityVocabulary
import Testing

/// One value of a noun, and the attributes without which it cannot be read.
struct NounCase: Sendable, CustomTestStringConvertible {
    var entity: Entity
    var needed: Set<String>
    var read: @Sendable (Entity) throws -> Entity

    init<Value: Noun>(_ noun: Value, needs needed: Set<String>) {
        self.entity = noun.entity
        self.needed = needed
        self.read = { try Value($0).entity }
    }

    var testDescription: String { entity.types[0] }

    func reading(_ attributes: [NamedAttribute]) throws -> Entity {
        var entity = entity
        entity.attributes = attributes
        return try read(entity)
    }
}

@Suite("名詞を実体から読む")
struct NounReadingTests {
    @Test("すべて述べた実体は、同じ実体に戻る", arguments: NounCase.all)
    func roundTrip(noun: NounCase) throws {
        #expect(try noun.read(noun.entity) == noun.entity)
    }

    @Test("JSONの文を通っても、同じ値として読む", arguments: NounCase.all)
    func roundTripThroughText(noun: NounCase) throws {
        var stored = noun.entity
        for index in stored.attributes.indices {
            let text = stored.attributes[index].attribute.value.text
            stored.attributes[index].attribute.value = try JSONValue(parsing: text)
        }
        #expect(try noun.read(stored) == noun.entity)
    }

    @Test("要る属性がないと、その名を言って断る。要らない属性はなくてもよい", arguments: NounCase.all)
    func missingAttributes(noun: NounCase) {
        for name in Set(noun.entity.attributes.map(\.name)) {
            let rest = noun.entity.attributes.filter { $0.name != name }
            if noun.needed.contains(name) {
                let error = #expect(throws: NounError.self, "\(name)") { try noun.reading(rest) }
                #expect(error?.attribute == name)
                #expect(error?.entityID == noun.entity.id)
            } else {
                #expect(throws: Never.self, "\(name)") { try noun.reading(rest) }
            }
        }
    }

    @Test("要る属性が別の種類なら断る", arguments: NounCase.all)
    func wrongKinds(noun: NounCase) {
        for name in noun.needed where name != "waterLevel" {
            let error = #expect(throws: NounError.self, "\(name)") {
                try noun.reading(noun.replacing(name, by: ["x": 1]))
            }
            #expect(error?.attribute == name)
        }
    }

    @Test("要らない属性でも、読めない値なら断る。知らない値を「なし」とはしない", arguments: NounCase.all)
    func unreadableOptions(noun: NounCase) {
        // Names and places are read leniently: a noun without them is still whole.
        let lenient: Set = ["location", "river", "name", "waterLevel", "subdivision"]
        for name in Set(noun.entity.attributes.map(\.name)).subtracting(noun.needed)
        where !lenient.contains(name) && name != "stage" {
            let error = #expect(throws: NounError.self, "\(name)") {
                try noun.reading(noun.replacing(name, by: ["x": 1]))
            }
            #expect(error?.attribute == name)
        }
    }

    @Test("しきい値の終わりが読めないなら、「終わりなし」とはしない")
    func unreadableEnd() {
        let edition: JSONValue = [
            "validFrom": "2020-07-04T00:00:00Z", "validTo": "いつか", "levelsCentimetres": [:],
            "source": "s", "approvedBy": "a",
        ]
        let thresholds = FloodThresholds(gaugeID: NounCase.gaugeID, editions: []).entity
        var entity = thresholds
        for index in entity.attributes.indices where entity.attributes[index].name == "editions" {
            entity.attributes[index].attribute.value = [edition]
        }
        let error = #expect(throws: NounError.self) { try FloodThresholds(entity) }
        #expect(error?.attribute == "editions")
    }

    @Test("知らない品質の水位は、うたがわしいとする", arguments: ["good", "MEASURED", ""])
    func unknownQuality(word: String) throws {
        let reading = WaterLevelObserved(
            id: NounCase.gaugeID, levelCentimetres: 346, observedAt: NounCase.instant)
        var entity = reading.entity
        entity.attributes[0].attribute.subAttributes[0].attribute.value = .string(word)
        #expect(try WaterLevelObserved(entity).quality == .suspect)
    }

    @Test("どんな値が来ても、読むか断るかのどちらかで、止まらない", arguments: NounCase.all)
    func hostileValues(noun: NounCase) {
        let values: [JSONValue] = [
            nil, true, "", "水", 0, -1, .integer(.max), .integer(.min), 1e300, -1e300, 0.5, [], [:],
            [[]], ["type": "Point", "coordinates": [1e300, 0]], .string(longURI),
            ["ja": 1], ["normal": 1e300], [["validFrom": "2020-07-04"]],
        ]
        for name in Set(noun.entity.attributes.map(\.name)) {
            for value in values {
                do {
                    // What can be read can also be written and read again.
                    let read = try noun.reading(noun.replacing(name, by: value))
                    #expect(throws: Never.self) { try noun.read(read) }
                } catch {
                    #expect(error is NounError)
                }
            }
        }
    }

    @Test("けた外れの水位は、失われず、信じられる範囲の外に残る", arguments: [1e300, -1e300, 1e9, -1e17])
    func absurdLevel(metres: Double) throws {
        let reading = WaterLevelObserved(
            id: NounCase.gaugeID, levelCentimetres: 0, observedAt: NounCase.instant)
        var entity = reading.entity
        entity.attributes[0].attribute.value = .number(metres)
        let level = try #require(try WaterLevelObserved(entity).levelCentimetres)
        #expect(abs(level) == 1_000_000_000)
        #expect((level < 0) == (metres < 0))
    }

    @Test("値のない水位は欠測であり、0ではない")
    func missingLevel() throws {
        let reading = WaterLevelObserved(
            id: NounCase.gaugeID, levelCentimetres: nil, observedAt: NounCase.instant)
        #expect(reading.entity["waterLevel"]?.value == .null)
        let read = try WaterLevelObserved(reading.entity)
        #expect(read.levelCentimetres == nil)
        #expect(read.quality == .missing)
    }

    @Test("水位はメートルで述べ、センチで読む", arguments: [346, 0, -12, 7, 29, 57, 113, 1_999])
    func levelInMetres(centimetres: Int) throws {
        let reading = WaterLevelObserved(
            id: NounCase.gaugeID, levelCentimetres: centimetres, observedAt: NounCase.instant)
        #expect(reading.entity["waterLevel"]?.unitCode == "MTR")
        #expect(try WaterLevelObserved(reading.entity).levelCentimetres == centimetres)
    }

    @Test(
        "色は#と16進6けただけを読む",
        arguments: [
            ("#FF2800", "#FF2800"), ("#ff2800", "#FF2800"), ("#000000", "#000000"), ("", nil),
            ("FF2800", nil), ("#FF280", nil), ("#FF28000", nil), ("#+F2800", nil), ("#-00000", nil),
            ("#GG2800", nil), ("#水水", nil), (" #FF280", nil),
        ] as [(String, String?)])
    func colour(text: String, hex: String?) {
        #expect(LampCommand.Colour(hex: text)?.hex == hex)
    }

    @Test("点滅は3 Hzより速くならず、明るさは0〜100")
    func lampLimits() {
        let command = LampCommand(
            id: EntityID(type: LampCommand.entityType, name: "b"), colour: .dark, pattern: .flash,
            periodMilliseconds: 1, brightnessPercent: 500, isAlert: true, schemeID: "s",
            reason: LocalizedText(""), since: NounCase.instant)
        #expect(command.periodMilliseconds * 3 >= 1_000)
        #expect(command.brightnessPercent == 100)
    }

    private var longURI: String {
        "urn:" + String(repeating: "a", count: EntityID.bytesMax - 4)
    }
}

// MARK: - Every noun

extension NounCase {
    static let gaugeID = EntityID(type: "WaterLevelObserved", name: "hitoyoshi:hitoyoshi")
    static let instant = CivilTime(year: 2020, month: 7, day: 4, hour: 4).timestamp
    private static let place = GeoPoint(latitude: 32.2107, longitude: 130.7622)
    private static let words = LocalizedText("球磨川", easy: "くまがわ", en: "Kuma River")

    private static func id(_ type: String, _ name: String = "hitoyoshi:x") -> EntityID {
        EntityID(type: type, name: name)
    }

    func replacing(_ name: String, by value: JSONValue) -> [NamedAttribute] {
        entity.attributes.map { named in
            guard named.name == name else { return named }
            var changed = named
            changed.attribute.value = value
            return changed
        }
    }

    static var all: [NounCase] { river + bridge + places }

    private static var river: [NounCase] {
        [
            NounCase(
                WaterLevelObserved(
                    id: gaugeID, levelCentimetres: 346, observedAt: instant, quality: .manual,
                    gauge: .init(name: words, river: words, location: place)),
                needs: ["waterLevel"]),
            NounCase(
                FloodThresholds(
                    gaugeID: gaugeID,
                    editions: [
                        .init(
                            levels: [.caution: 300, .danger: 340], validFrom: instant,
                            source: "広報", approvedBy: "市")
                    ]),
                needs: [
                    "gauge", "editions", "staleAfterMinutes", "missingAfterMinutes",
                    "futureToleranceMinutes", "nearDangerCentimetres",
                    "plausibleMinimumCentimetres", "plausibleMaximumCentimetres",
                    "riseCentimetresPerMinuteMax",
                ]),
            NounCase(
                FloodStage(
                    gaugeID: gaugeID, level: .danger, levelCentimetres: 346, trend: .rising,
                    centimetresPerHour: 80, minutesToNext: 46, nextLevel: .overflow,
                    observedAt: instant, since: instant),
                needs: ["gauge", "lastStage", "since"]),
            NounCase(
                StageText(
                    id: id(StageText.entityType), standing: .missingDanger, name: words,
                    doNow: words),
                needs: ["stage", "name", "doNow"]),
        ]
    }

    private static var bridge: [NounCase] {
        let red = LampCommand.Colour(red: 255, green: 0, blue: 0)
        let light = BridgeScheme.Light(colour: red, pattern: .flash)
        return [
            NounCase(
                Bridge(
                    id: id(Bridge.entityType), name: words, gaugeID: gaugeID, schemeID: "2022",
                    location: place, duskPlace: place),
                needs: ["name", "gauge", "scheme", "duskPlace"]),
            NounCase(
                BridgeScheme(
                    id: id(BridgeScheme.entityType), schemeID: "2022", name: words,
                    validFrom: instant, source: "広報",
                    calm: .init(light: light, beginning: .sunset, endMinuteOfDay: 1_320),
                    steps: [.normal: .calm, .danger: .light(light)], keepsLast: [.danger]),
                needs: ["scheme", "name", "validFrom", "source", "calm", "stages"]),
            NounCase(
                LampCommand(
                    id: id(LampCommand.entityType), colour: red, pattern: .doubleFlash,
                    isAlert: true, schemeID: "2022", reason: words, since: instant),
                needs: [
                    "colour", "pattern", "periodMilliseconds", "brightnessPercent", "scheme",
                    "reason", "since",
                ]),
            NounCase(
                LampState(
                    bridge: "hitoyoshi:x", colour: red, pattern: .steady, framesSent: 12,
                    framesFailed: 1, lastSentAt: instant, lastError: "unreachable", isDrill: true),
                needs: ["bridge", "framesSent", "framesFailed"]),
        ]
    }

    private static var places: [NounCase] {
        [
            NounCase(
                Shelter(
                    id: id(Shelter.entityType), name: words, address: "人吉市麓町", location: place,
                    hazards: [.flood, .earthquake], isForStaying: true, town: "麓町",
                    acceptedPeople: "妊産婦", capacity: 120, status: .open, crowding: .some,
                    statusSince: instant),
                needs: ["name", "address", "location"]),
            NounCase(
                CameraStill(
                    id: id(CameraStill.entityType), name: words, location: place, path: "/c/1.jpg",
                    takenAt: instant, lastFailure: "timeout"),
                needs: ["name", "staleAfterMinutes"]),
            NounCase(
                Town(id: id(Town.entityType), name: "九日町", subdivision: "上", location: place),
                needs: ["name", "location"]),
            NounCase(
                HeritageSite(
                    id: id(HeritageSite.entityType), name: words, designation: "国宝",
                    place: "上青井町", location: place),
                needs: ["name", "designation", "place"]),
        ]
    }
}
