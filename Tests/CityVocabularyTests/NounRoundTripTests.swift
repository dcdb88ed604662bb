import CityKernel
import CityVocabulary
import Testing

@Suite("名詞は、書いたものをそのまま読み戻す")
struct NounRoundTripTests {
    let gaugeID = EntityID(type: "WaterLevelObserved", name: "hitoyoshi:hitoyoshi")
    let instant = CivilTime(year: 2020, month: 7, day: 4, hour: 4).timestamp

    @Test("しきい値は、版と有効期間ごと往復する")
    func thresholds() throws {
        let thresholds = FloodThresholds(
            gaugeID: gaugeID,
            editions: [
                .init(
                    levels: [.caution: 300, .danger: 340], validFrom: instant + .days(700),
                    source: "広報", approvedBy: "市"),
                .init(
                    levels: [.caution: 300, .danger: 340, .overflow: 407], validFrom: instant,
                    validTo: instant + .days(27), source: "記録", approvedBy: "写し"),
            ])
        #expect(try FloodThresholds(thresholds.entity) == thresholds)
        #expect(thresholds.editions.first?.levels[.overflow] == 407)
        #expect(thresholds.edition(at: instant + .days(27)) == nil)
        #expect(thresholds.edition(at: instant - .seconds(1)) == nil)
        #expect(thresholds.edition(at: instant + .days(701))?.levels.count == 2)
    }

    @Test("欠測の段階は、最後の段階を失わずに往復する")
    func stage() throws {
        let stage = FloodStage(
            gaugeID: gaugeID, level: .overflow, isMissing: true, isMissingDanger: true,
            levelCentimetres: 512, observedAt: instant, since: instant + .minutes(30),
            quality: .missing)
        #expect(stage.entity["stage"]?.value.string == "missingDanger")
        #expect(try FloodStage(stage.entity) == stage)
    }

    @Test("配色は、平常の光と段階の光を往復する")
    func scheme() throws {
        let bulb = BridgeScheme.Light(
            colour: .init(red: 255, green: 167, blue: 87), pattern: .steady, brightnessPercent: 40)
        let red = BridgeScheme.Light(
            colour: .init(red: 255, green: 0, blue: 0), pattern: .doubleFlash,
            periodMilliseconds: 1_200)
        let scheme = BridgeScheme(
            id: EntityID(type: BridgeScheme.entityType, name: "hitoyoshi:2022"),
            schemeID: "2022", name: LocalizedText("配色", en: "Scheme"), validFrom: instant,
            source: "広報",
            calm: .init(light: bulb, beginning: .sunset, endMinuteOfDay: 22 * 60),
            steps: [.normal: .calm, .overflow: .light(red), .missing: .light(.dark)],
            keepsLast: [.danger, .overflow])
        #expect(try BridgeScheme(scheme.entity) == scheme)
    }

    @Test("避難所は、登録と開設を別々に述べる")
    func shelter() throws {
        let shelter = Shelter(
            id: EntityID(type: Shelter.entityType, name: "E4320300004202"),
            name: LocalizedText("西瀬小学校"), address: "熊本県人吉市下戸越町1654-1",
            location: GeoPoint(latitude: 32.206405, longitude: 130.736667),
            hazards: [.flood, .earthquake], isForStaying: true, town: "下戸越町", status: .open,
            crowding: .some, statusSince: instant)
        #expect(try Shelter(shelter.entity) == shelter)
        let designated = Set(shelter.designation.map(\.name))
        #expect(designated.isDisjoint(with: shelter.operation.map(\.name)))
    }

    @Test("危険の順は、欠測・危険を氾濫危険のすぐ下に置く")
    func severity() {
        let order = FloodStage.Standing.allCases.sorted { $0.severity > $1.severity }
        #expect(
            order == [
                .overflow, .danger, .missingDanger, .evacuationJudgement, .caution, .watch,
                .missing, .normal,
            ])
        #expect(FloodStage.Standing.missingDanger.isAlert)
        #expect(!FloodStage.Standing.missing.isAlert)
    }
}
