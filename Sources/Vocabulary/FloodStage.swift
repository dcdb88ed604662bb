package import CityKernel

/// 氾濫段階: where the river stands against its thresholds, decided by a rule and by nobody else.
///
/// This is the river's ladder. The city's order (警戒レベル) is another noun and shown apart.
package struct FloodStage: Noun, Hashable {
    package static let entityType = "FloodStage"

    /// The named water levels of Japan's rivers, low to high. Raw values are the keys in
    /// configuration and on the API.
    package enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Below every threshold.
        case normal
        /// 水防団待機水位
        case watch
        /// 氾濫注意水位
        case caution
        /// 避難判断水位
        case evacuationJudgement
        /// 氾濫危険水位
        case danger
        /// 計画高水位, or the river leaving its bed
        case overflow

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
        package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What the river's ladder shows: the level, or that there is no reading. Raw values are the keys
    /// in configuration and of the attribute `stage`.
    package enum Standing: String, Sendable, Hashable, CaseIterable {
        case normal, watch, caution, evacuationJudgement, danger, overflow
        /// 欠測・危険: no believable reading, near or above `caution` or rising towards it.
        case missingDanger
        /// 欠測: no believable reading, and the last one was far from danger.
        case missing

        package init(_ level: Level) {
            switch level {
            case .normal: self = .normal
            case .watch: self = .watch
            case .caution: self = .caution
            case .evacuationJudgement: self = .evacuationJudgement
            case .danger: self = .danger
            case .overflow: self = .overflow
            }
        }

        /// Whether people must act: everything from 氾濫注意 up, and the silence that is feared.
        package var isAlert: Bool {
            switch self {
            case .normal, .watch, .missing: false
            case .caution, .evacuationJudgement, .danger, .overflow, .missingDanger: true
            }
        }

        /// Most dangerous first: for sorting what waits.
        package var severity: Int {
            switch self {
            case .normal: 0
            case .missing: 1
            case .watch: 2
            case .caution: 3
            case .evacuationJudgement: 4
            case .missingDanger: 5
            case .danger: 6
            case .overflow: 7
            }
        }
    }

    package enum Trend: String, Sendable, Hashable, CaseIterable {
        case rising, falling, steady, unknown
    }

    /// `urn:ngsi-ld:FloodStage:<gauge>`.
    package var id: EntityID
    package var gaugeID: EntityID
    /// The last stage that a believed reading gave; with `isMissing` it is what we fear, not know.
    package var level: Level
    /// No believable reading for longer than allowed. Near high water this is danger, not calm.
    package var isMissing: Bool
    /// Missing after the water was at `caution` or above, or rising toward it.
    package var isMissingDanger: Bool
    package var levelCentimetres: Int?
    package var trend: Trend
    /// Rise in the last hour; negative when falling.
    package var centimetresPerHour: Int?
    /// Minutes from `observedAt` until the next threshold at this rate; readers subtract the age.
    package var minutesToNext: Int?
    package var nextLevel: Level?
    /// Time of the last believed reading.
    package var observedAt: Timestamp?
    /// When this stage began.
    package var since: Timestamp
    package var quality: Quality

    package init(
        gaugeID: EntityID, level: Level, isMissing: Bool = false, isMissingDanger: Bool = false,
        levelCentimetres: Int? = nil, trend: Trend = .unknown, centimetresPerHour: Int? = nil,
        minutesToNext: Int? = nil, nextLevel: Level? = nil, observedAt: Timestamp?,
        since: Timestamp, quality: Quality = .measured
    ) {
        self.id = Self.id(of: gaugeID)
        self.gaugeID = gaugeID
        self.level = level
        self.isMissing = isMissing
        self.isMissingDanger = isMissingDanger
        self.levelCentimetres = levelCentimetres
        self.trend = trend
        self.centimetresPerHour = centimetresPerHour
        self.minutesToNext = minutesToNext
        self.nextLevel = nextLevel
        self.observedAt = observedAt
        self.since = since
        self.quality = quality
    }

    package static func id(of gaugeID: EntityID) -> EntityID {
        EntityID(type: entityType, name: gaugeID.name)
    }

    package var standing: Standing {
        if isMissingDanger { return .missingDanger }
        return isMissing ? .missing : Standing(level)
    }

    package init(_ entity: Entity) throws(NounError) {
        self.init(
            gaugeID: try entity.requireID("gauge"),
            level: try entity.requireChoice("lastStage", of: Level.self),
            isMissing: try entity.flag("isMissing") ?? false,
            isMissingDanger: try entity.flag("isMissingDanger") ?? false,
            levelCentimetres: try entity.integer("levelCentimetres"),
            trend: try entity.choice("trend", of: Trend.self) ?? .unknown,
            centimetresPerHour: try entity.integer("centimetresPerHour"),
            minutesToNext: try entity.integer("minutesToNext"),
            nextLevel: try entity.choice("nextStage", of: Level.self),
            observedAt: try entity.time("observedAt"), since: try entity.requireTime("since"),
            quality: try entity.choice("quality", of: Quality.self) ?? .measured)
        self.id = entity.id
    }

    package var attributes: [NamedAttribute] {
        func integer(_ value: Int?) -> Attribute {
            .property(value.map { .integer(Int64($0)) } ?? .null)
        }
        return [
            NamedAttribute("gauge", .relationship(gaugeID)),
            NamedAttribute("stage", .property(.string(standing.rawValue))),
            NamedAttribute("lastStage", .property(.string(level.rawValue))),
            NamedAttribute("isMissing", .property(.bool(isMissing))),
            NamedAttribute("isMissingDanger", .property(.bool(isMissingDanger))),
            NamedAttribute("levelCentimetres", integer(levelCentimetres)),
            NamedAttribute("trend", .property(.string(trend.rawValue))),
            NamedAttribute("centimetresPerHour", integer(centimetresPerHour)),
            NamedAttribute("minutesToNext", integer(minutesToNext)),
            NamedAttribute("nextStage", .property(nextLevel.map { .string($0.rawValue) } ?? .null)),
            NamedAttribute(
                "observedAt", .property(observedAt.map { .string($0.iso8601) } ?? .null)),
            NamedAttribute("since", .property(.string(since.iso8601))),
            NamedAttribute("quality", .property(.string(quality.rawValue))),
        ]
    }
}
