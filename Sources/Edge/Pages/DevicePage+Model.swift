import CityKernel
import CityVocabulary
import CityWeb

/// The plain values of one device's page.
struct DeviceModelOfPage {
    /// What was read for the page.
    struct Found {
        var state = DeviceState()
        var entity: Entity?
        var editions: [Edition<JSONValue>] = []
        var commands: [(command: Command, changedAt: Timestamp, info: String)] = []
    }

    struct Fact {
        let label: String
        let value: String
        let isBad: Bool
    }

    struct CommandRow {
        let name: String
        let value: String
        let words: String
        let style: String
        let when: String
        let info: String
    }

    static let valuesMax = 24

    let title: String
    let isKnown: Bool
    let standing: StandingTag?
    let saved: Notice?
    let failed: Notice?
    let trouble: Notice?
    let unmapped: Notice?
    let values: [LiveValue]
    let hasValues: Bool
    let facts: [Fact]
    let commands: [CommandRow]
    let hasCommands: Bool
    let commandFields: [FormField]
    let mayCommand: Bool
    let fields: [FormField]
    let path: String
    let formToken: String
    let mayEdit: Bool
    let isActive: Bool
    let editions: Table?
    let noModels: EmptyState?

    init(
        _ device: Device?, form: DeviceForm, _ contents: DeviceBook.Contents, _ found: Found,
        authors: Authors, isSaved: Bool, isSent: Bool, mayEdit: Bool, formToken: String,
        now: Timestamp,
        links: Links, texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        let model = device.flatMap { contents.model($0.modelID, at: now) }
        let models = contents.models.keys.sorted().compactMap { contents.model($0, at: now) }
        let silentAfter = Duration.seconds(model?.silentAfterSeconds ?? 0)
        let judged = device.map {
            found.state.standing(isActive: $0.isActive, silentAfter: silentAfter, at: now)
        }
        title = device?.name ?? text("deviceNew")
        isKnown = device != nil
        standing = judged.map { StandingTag($0, language, texts) }
        saved =
            isSaved
            ? Notice(.good, title: text("deviceSaved"))
            : isSent ? Notice(.good, title: text("deviceSent")) : nil
        failed =
            form.errors.isEmpty
            ? nil
            : Notice(.bad, title: text("deviceNotSaved"), text: text("deviceNotSavedText"))
        trouble = Self.trouble(judged, found.state, now, language, texts)
        unmapped =
            found.state.unmapped.isEmpty
            ? nil
            : Notice(
                .plain, title: text("deviceUnmapped"),
                text: found.state.unmapped.joined(separator: ", "),
                action: model.map {
                    RowLink(
                        text("deviceUnmappedDo"), path: links.to(EdgePaths.model($0.id)))
                })
        values = Self.values(found.entity, model, silentAfter, now, language)
        hasValues = !values.isEmpty
        facts = device == nil ? [] : Self.facts(found.state, model, now, language, texts)
        commands = found.commands.map { Self.row($0, now, language, texts) }
        hasCommands = !commands.isEmpty
        commandFields = Self.commandFields(model, language, texts)
        mayCommand = mayEdit && !commandFields.isEmpty && device?.isActive == true
        fields = form.view(models: models, isNew: device == nil, language, texts)
        path = links.to(device.map { EdgePaths.device($0.id) } ?? EdgePaths.newDevice)
        self.formToken = formToken
        self.mayEdit = mayEdit && !models.isEmpty
        isActive = device?.isActive ?? true
        editions =
            found.editions.isEmpty ? nil : Self.table(found.editions, authors, now, language, texts)
        noModels =
            models.isEmpty
            ? EmptyState(
                text("deviceNoModels"), text: text("deviceNoModelsText"), icon: "device",
                action: Action(text("deviceModelNew"), path: links.to(EdgePaths.newModel)))
            : nil
    }

    private static func trouble(
        _ standing: DeviceStanding?, _ state: DeviceState, _ now: Timestamp,
        _ language: Language, _ texts: Texts
    ) -> Notice? {
        switch standing {
        case .silent:
            let since = (state.lastObservedAt ?? state.lastSeenAt).map {
                $0.spokenAge(in: language, at: now)
            }
            return Notice(
                .bad, title: texts["deviceSilentOne"][language],
                text: (since.map { "\($0)。" } ?? "") + texts["deviceSilentText"][language])
        case .refused:
            return Notice(
                .bad, title: texts["deviceRefusedOne"][language],
                text: state.lastRefusal?.words[language])
        default: return nil
        }
    }

    /// What its thing says now; the mapping's attributes in their order.
    private static func values(
        _ entity: Entity?, _ model: DeviceModel?, _ silentAfter: Duration, _ now: Timestamp,
        _ language: Language
    ) -> [LiveValue] {
        guard let entity, let model else { return [] }
        return model.measures.prefix(valuesMax).compactMap { mapping in
            guard let attribute = entity[mapping.attribute] else { return nil }
            let quality = attribute.sub("quality")?.value.string.flatMap(Quality.init(rawValue:))
            let shown = attribute.value.isNull ? nil : Self.shown(attribute.value)
            return LiveValue(
                label: mapping.attribute, value: shown,
                unit: attribute.unitCode.map(UnitWords.symbol),
                seen: (attribute.observedAt ?? attribute.modifiedAt).map {
                    Age($0, now: now, language: language, oldAfter: silentAfter)
                }, quality: quality ?? .measured, isCompact: true)
        }
    }

    private static func shown(_ value: JSONValue) -> String {
        if let number = value.double { return DeviceWords.number(number) }
        if let coordinates = value["coordinates"]?.array, coordinates.count == 2 {
            return coordinates.reversed().map(\.text).joined(separator: ", ")
        }
        return String((value.string ?? value.text).prefix(60))
    }

    private static func facts(
        _ state: DeviceState, _ model: DeviceModel?, _ now: Timestamp, _ language: Language,
        _ texts: Texts
    ) -> [Fact] {
        func fact(_ key: String, _ value: String, isBad: Bool = false) -> Fact {
            Fact(label: texts[key][language], value: value, isBad: isBad)
        }
        func age(_ instant: Timestamp?) -> String {
            instant.map {
                "\($0.spoken(in: language, at: now)) (\($0.spokenAge(in: language, at: now)))"
            }
                ?? texts["deviceNever"][language]
        }
        var facts = [
            fact("deviceModel", model?.name ?? "—"), fact("deviceSeen", age(state.lastSeenAt)),
            fact("deviceObserved", age(state.lastObservedAt)),
            fact(
                "deviceSilentAfter",
                Duration.seconds(model?.silentAfterSeconds ?? 0).spoken(in: language)),
            fact("deviceMessages", String(state.messages)),
            fact("deviceRefused", String(state.refused), isBad: state.refused > 0),
            fact(
                "deviceBattery", DeviceWords.percent(state.battery),
                isBad: state.battery ?? 1 < DeviceStanding.batteryLow),
            fact("deviceSignal", DeviceWords.signal(state)),
        ]
        if state.counter.last != nil {
            let share = DeviceWords.percent(state.lossShare)
            facts.append(
                fact(
                    "deviceMissing", "\(state.counter.missing) (\(share))",
                    isBad: state.lossShare ?? 0 > DeviceStanding.lossHigh))
        }
        return facts
    }

    private static func row(
        _ one: (command: Command, changedAt: Timestamp, info: String), _ now: Timestamp,
        _ language: Language, _ texts: Texts
    ) -> CommandRow {
        let status = one.command.status
        return CommandRow(
            name: one.command.name, value: String(one.command.value.text.prefix(80)),
            words: texts["deviceCommand-\(status.rawValue)"][language],
            style: status == .done ? "good" : status == .failed ? "bad" : "warn",
            when: one.changedAt.spoken(in: language, at: now), info: one.info)
    }

    private static func commandFields(
        _ model: DeviceModel?, _ language: Language, _ texts: Texts
    ) -> [FormField] {
        guard let model, !model.commands.isEmpty else { return [] }
        return [
            FormField(
                "command", label: texts["deviceCommand"][language],
                kind: .select(model.commands.map { .init($0, $0) }),
                value: model.commands[0]),
            FormField(
                "value", label: texts["deviceCommandValue"][language],
                hint: texts["deviceCommandHint"][language], charactersMax: 1_000),
        ]
    }

    private static func table(
        _ editions: [Edition<JSONValue>], _ authors: Authors, _ now: Timestamp,
        _ language: Language, _ texts: Texts
    ) -> Table {
        Table(
            caption: texts["deviceEditions"][language], hidesCaption: true,
            columns: [
                .init(texts["deviceEdition"][language]),
                .init(texts["deviceEditionFrom"][language]),
                .init(texts["deviceEditionBy"][language]),
            ],
            rows: editions.suffix(10).reversed().map {
                [
                    .init(String($0.number)), .init($0.validFrom.spoken(in: language, at: now)),
                    .init(authors.name($0.madeBy, language, texts)),
                ]
            })
    }
}

extension DeviceWords {
    /// Up to three decimals: what a person reads, not what a computer kept.
    static func number(_ number: Double) -> String {
        let rounded = (number * 1_000).rounded() / 1_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? String(Int(rounded)) : String(rounded)
    }
}
