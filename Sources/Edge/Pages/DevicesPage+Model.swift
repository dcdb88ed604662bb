import CityKernel
import CityWeb

/// The page's plain values.
struct DevicesModel {
    struct Filter {
        let words: String
        let count: String
        let path: String
        let isCurrent: Bool
    }

    struct Row {
        let name: String
        let path: String
        let model: String
        let standing: StandingTag
        let seen: Age?
        let battery: String
        let signal: String
        let missing: String
        let trouble: String?
    }

    struct ModelRow {
        let name: String
        let path: String
        let type: String
        let speech: String
        let count: String
    }

    let title: String
    let alarm: Notice?
    let filters: [Filter]
    let search: String
    let rows: [Row]
    let hasRows: Bool
    let empty: EmptyState?
    let pager: Pager?
    let models: [ModelRow]
    let hasModels: Bool
    let mayEdit: Bool
    let newDevice: String
    let newModel: String

    init(
        _ contents: DeviceBook.Contents, _ states: [String: DeviceState],
        shows: DeviceStanding?, search: String, page: Substring?, mayEdit: Bool, now: Timestamp,
        links: Links, texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        let all = Self.judged(contents, states, at: now)
        title = DevicesPage.menuItem.words[language]
        self.search = search
        self.mayEdit = mayEdit
        newDevice = links.to(EdgePaths.newDevice)
        newModel = links.to(EdgePaths.newModel)
        alarm = Self.alarm(all, language, texts)
        filters = Self.filters(all, shows, search, links, texts)
        let found = all.filter { one in
            (shows == nil || one.standing == shows)
                && (search.isEmpty || one.device.name.contains(search)
                    || one.device.id.contains(search.lowercased()))
        }
        let query = [
            shows.map { "standing=\($0.rawValue)" },
            search.isEmpty ? nil : "q=\(search.percentEncodedForQuery)",
        ].compactMap(\.self).joined(separator: "&")
        let part = Pager.part(
            of: found, asked: page, path: EdgePaths.devices + (query.isEmpty ? "" : "?" + query),
            at: "rows", links: links, texts: texts)
        rows = part.rows.map { Self.row($0, now, links, texts) }
        pager = part.pager
        hasRows = !rows.isEmpty
        empty =
            rows.isEmpty
            ? EmptyState(
                text(all.isEmpty ? "deviceNone" : "deviceNoneFound"),
                text: all.isEmpty ? text("deviceNoneText") : nil, icon: "device") : nil
        models = contents.models.keys.sorted().compactMap { id in
            contents.model(id, at: now).map { model in
                ModelRow(
                    name: model.name, path: links.to(EdgePaths.model(id)),
                    type: model.entityType, speech: text("deviceSpeech-\(model.speech.rawValue)"),
                    count: String(all.count { $0.device.modelID == id }))
            }
        }
        hasModels = !models.isEmpty
    }

    struct Judged {
        var device: Device
        var model: DeviceModel?
        var state: DeviceState
        var standing: DeviceStanding
    }

    /// The worst first, then by name.
    static func judged(
        _ contents: DeviceBook.Contents, _ states: [String: DeviceState], at now: Timestamp
    ) -> [Judged] {
        contents.devices.values.map { device in
            let model = contents.model(device.modelID, at: now)
            let state = states[device.id] ?? DeviceState()
            return Judged(
                device: device, model: model, state: state,
                standing: state.standing(
                    isActive: device.isActive,
                    silentAfter: .seconds(model?.silentAfterSeconds ?? 0), at: now))
        }.sorted { ($0.standing, $0.device.name) < ($1.standing, $1.device.name) }
    }

    private static func alarm(
        _ all: [Judged], _ language: Language, _ texts: Texts
    ) -> Notice? {
        let silent = all.filter { $0.standing == .silent }
        guard !silent.isEmpty else { return nil }
        let namedMax = 5
        let rest = silent.count - namedMax
        let names = silent.prefix(namedMax).map(\.device.name)
        let more =
            rest > 0 ? [texts["deviceMore"][language].replacing("{n}", with: "\(rest)")] : []
        return Notice(
            .bad,
            title: texts["deviceSilentTitle"][language].replacing("{n}", with: "\(silent.count)"),
            text: texts["deviceSilentText"][language], places: names + more)
    }

    private static func filters(
        _ all: [Judged], _ shows: DeviceStanding?, _ search: String, _ links: Links,
        _ texts: Texts
    ) -> [Filter] {
        let language = links.language
        func path(_ standing: DeviceStanding?) -> String {
            links.to(
                EdgePaths.devices + (standing.map { "?standing=\($0.rawValue)" } ?? ""))
        }
        let everything = Filter(
            words: texts["deviceAll"][language], count: String(all.count), path: path(nil),
            isCurrent: shows == nil)
        let rest = DeviceStanding.allCases.compactMap { standing -> Filter? in
            let count = all.count { $0.standing == standing }
            guard count > 0 || shows == standing else { return nil }
            return Filter(
                words: texts["deviceStanding-\(standing.rawValue)"][language],
                count: String(count), path: path(standing), isCurrent: shows == standing)
        }
        return [everything] + rest
    }

    private static func row(
        _ one: Judged, _ now: Timestamp, _ links: Links, _ texts: Texts
    ) -> Row {
        let language = links.language
        let state = one.state
        return Row(
            name: one.device.name, path: links.to(EdgePaths.device(one.device.id)),
            model: one.model?.name ?? one.device.modelID,
            standing: StandingTag(one.standing, language, texts),
            seen: state.lastSeenAt.map {
                Age(
                    $0, now: now, language: language,
                    oldAfter: .seconds(one.model?.silentAfterSeconds ?? 0))
            },
            battery: DeviceWords.percent(state.battery),
            signal: DeviceWords.signal(state),
            missing: state.counter.last == nil ? "—" : String(state.counter.missing),
            trouble: trouble(one, language, texts))
    }
}

extension DevicesModel {
    /// What is wrong, in words beside the tag.
    private static func trouble(
        _ one: Judged, _ language: Language, _ texts: Texts
    ) -> String? {
        switch one.standing {
        case .refused: return one.state.lastRefusal?.words[language]
        case .doubtful:
            return one.state.doubts.map { texts["deviceDoubt-\($0.rawValue)"][language] }
                .joined(separator: " ・ ")
        case .silent, .well, .retired: return nil
        }
    }
}

/// How a device fares as a tag: shape, colour and word.
struct StandingTag {
    let words: String
    let style: String
    let icon: String

    init(_ standing: DeviceStanding, _ language: Language, _ texts: Texts) {
        words = texts["deviceStanding-\(standing.rawValue)"][language]
        (style, icon) =
            switch standing {
            case .silent: ("bad", "icon/stop")
            case .refused: ("bad", "icon/warning")
            case .doubtful: ("warn", "icon/warning")
            case .well: ("good", "icon/check")
            case .retired: ("", "icon/out")
            }
    }
}

enum DeviceWords {
    static func percent(_ share: Double?) -> String {
        share.map { "\(Int(($0 * 100).rounded()))%" } ?? "—"
    }

    static func signal(_ state: DeviceState) -> String {
        guard let rssi = state.rssi else { return "—" }
        let snr = state.snr.map { " / \(short($0)) dB" } ?? ""
        return "\(short(rssi)) dBm\(snr)"
    }

    static func short(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String((number * 10).rounded() / 10)
    }
}

extension String {
    /// For a query's value.
    var percentEncodedForQuery: String {
        utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
            }
        }.joined()
    }
}
