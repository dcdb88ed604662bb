package import CityBroker
import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/staff/neighbours`: the cities that this one meets, the sources that it asks, how both are, and
/// how long certificates last.
package struct NeighboursPage: Sendable {
    package static let path = "/staff/neighbours"
    package static let menuItem = MenuItem(
        path: path,
        words: LocalizedText("近隣の市", easy: "ちかくの 市", en: "Other cities"), icon: "flow")

    private let city: City
    private let federation: Federation

    /// - Parameter federation: the one that the API asks with.
    package init(city: City, federation: Federation) {
        self.city = city
        self.federation = federation
    }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/neighbours") { request, context in
            try context.requireStaff(.viewStaffPages)
            let registrations = try await city.broker.registrations().map(\.registration)
            let counts = try await city.broker.remoteSubscriptionCounts()
            let now = city.clock.now
            return try await city.pages.respondToStaff("neighbours", to: request, context) {
                NeighboursModel(
                    city.broker.outbound.neighbours, registrations, counts, federation, now: now,
                    desk: $0)
            }
        }
    }
}

/// The page's plain values.
struct NeighboursModel: TitledModel {
    struct Tag {
        var words: String
        var style: String
    }

    struct City {
        var name: String
        var certificateName: String
        var state: Tag
        var asked: String
        var heard: String
        var rights: String
        /// The end of the certificate that it showed; `nil` before it has.
        var ends: Tag?
    }

    struct Source {
        var name: String
        var endpoint: String
        var mode: String
        var state: Tag
        var asked: String
        var subscriptions: String
    }

    let title: String
    let notices: [Notice]
    let ends: String?
    let cities: [City]
    let hasCities: Bool
    let noCities: EmptyState?
    let sources: [Source]
    let hasSources: Bool
    let noSources: EmptyState?

    init(
        _ directory: NeighbourDirectory?, _ registrations: [Registration],
        _ counts: [String: Int], _ federation: Federation, now: Timestamp, desk: StaffDesk
    ) {
        let words = NeighbourWords(desk, now)
        title = NeighboursPage.menuItem.words[desk.language]
        notices = directory.map { words.notices($0.credentials, $0.listFault) } ?? []
        ends = directory.map { words.end($0.credentials.certificateEnds).words }
        cities = (directory?.settings.neighbours ?? []).map { neighbour in
            words.city(neighbour, directory?.record(of: neighbour.id) ?? NeighbourRecord())
        }
        hasCities = !cities.isEmpty
        noCities = hasCities ? nil : EmptyState(desk.say("neighboursNone"), icon: "flow")
        sources = registrations.prefix(Self.sourcesMax).map { registration in
            words.source(
                registration, federation.state(of: registration.id),
                counts[registration.id] ?? 0)
        }
        hasSources = !sources.isEmpty
        noSources = hasSources ? nil : EmptyState(desk.say("sourcesNone"), icon: "data")
    }

    /// Sources that the page shows.
    static let sourcesMax = 500
}

/// How neighbours and sources are said.
private struct NeighbourWords {
    private let desk: StaffDesk
    private let now: Timestamp

    init(_ desk: StaffDesk, _ now: Timestamp) {
        self.desk = desk
        self.now = now
    }

    func notices(
        _ credentials: CredentialState, _ listFault: NeighbourListFault?
    ) -> [Notice] {
        var notices: [Notice] = []
        switch listFault {
        case .needsRestart: notices.append(Notice(.warning, title: desk.say("neighboursRestart")))
        case .mistakes(let places):
            notices.append(Notice(.bad, title: desk.say("neighboursFault"), places: places))
        case nil: break
        }
        if let fault = credentials.fault {
            notices.append(Notice(.bad, title: desk.say("certificateFault"), text: fault))
        }
        let ends = [
            ("certificateEndsSoon", credentials.certificateEnds),
            ("authorityEndsSoon", credentials.authorityEnds),
        ]
        for (key, end) in ends where isNear(end) {
            notices.append(
                Notice(end <= now ? .bad : .warning, title: desk.say(key), text: date(end)))
        }
        return notices
    }

    func city(_ neighbour: Neighbour, _ record: NeighbourRecord) -> NeighboursModel.City {
        NeighboursModel.City(
            name: neighbour.name[desk.language], certificateName: neighbour.certificateName,
            state: neighbour.endpoint == nil
                ? .init(words: desk.say("neighbourNotAsked"), style: "")
                : state(isFailing: record.isFailing, isKnown: record.lastAnswer != nil, rests: nil),
            asked: said(
                record.lastAnswer, record.isFailing ? record.lastFailure : nil,
                record.lastFailureKind),
            heard: age(record.lastHeard),
            rights: Neighbour.Right.allCases.filter(neighbour.rights.contains)
                .map { desk.say("right-" + $0.rawValue) }.joined(separator: " / "),
            ends: record.certificateEnds.map(end))
    }

    func source(
        _ registration: Registration, _ state: SourceState, _ subscriptions: Int
    ) -> NeighboursModel.Source {
        let rests = state.restsUntil.flatMap { $0 > now ? $0 : nil }
        return NeighboursModel.Source(
            name: registration.document["registrationName"]?.string ?? registration.id,
            endpoint: registration.endpoint, mode: registration.mode.rawValue,
            state: self.state(
                isFailing: state.isFailing, isKnown: state.lastSuccess != nil, rests: rests),
            asked: said(
                state.lastSuccess, state.isFailing ? state.lastFailure : nil,
                state.lastFailureKind),
            subscriptions: String(subscriptions))
    }

    private func state(
        isFailing: Bool, isKnown: Bool, rests: Timestamp?
    ) -> NeighboursModel.Tag {
        if let rests {
            let seconds = Int(rests.since(now).inSeconds.rounded(.up))
            return .init(
                words: desk.say("sourceRests").replacing("{n}", with: String(seconds)),
                style: "bad")
        }
        if isFailing { return .init(words: desk.say("sourceFails"), style: "bad") }
        return isKnown
            ? .init(words: desk.say("sourceAnswers"), style: "good")
            : .init(words: desk.say("sourceUnasked"), style: "")
    }

    func end(_ end: Timestamp) -> NeighboursModel.Tag {
        .init(words: date(end), style: end <= now ? "bad" : isNear(end) ? "warn" : "")
    }

    private func isNear(_ end: Timestamp) -> Bool {
        end < now + NeighbourCredentials.renewalSpan
    }

    private func date(_ time: Timestamp) -> String {
        time.spokenDate(in: desk.language, withYear: true)
    }

    private func age(_ time: Timestamp?) -> String {
        time?.spokenAge(in: desk.language, at: now) ?? desk.say("neverYet")
    }

    /// The failure while it lasts, else the last answer.
    private func said(
        _ answer: Timestamp?, _ failure: Timestamp?, _ kind: SourceFailure?
    ) -> String {
        guard let failure, let kind else { return age(answer) }
        return "\(desk.say("sourceFailure-" + kind.rawValue)) (\(age(failure)))"
    }
}
