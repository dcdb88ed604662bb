package import CityBroker
package import CityConsent
package import CityIdentity
package import CityKernel
package import Foundation

/// `city.yaml`: what this city is and has. The keys are described in `Cities/README.md`.
package struct CityConfiguration: Sendable {
    package struct Gauge: Sendable, Hashable {
        package var id: String
        package var station: String
        package var name: LocalizedText
        package var river: LocalizedText
        package var position: GeoPoint?
        package var entityID: EntityID
    }

    package struct Camera: Sendable, Hashable {
        package var id: String
        package var name: LocalizedText
        package var url: String
        package var intervalSeconds: Int
        package var maximumAgeSeconds: Int
    }

    /// A table of water levels that is pulled from its publisher.
    package struct Feed: Sendable, Hashable {
        package var id: String
        package var url: String
        package var intervalSeconds: Int
        /// Names of the columns, where they are not those of `Cities/README.md`.
        package var timeColumn: String?
        package var levelColumn: String?
        package var gaugeColumn: String?
    }

    package struct Lamp: Sendable, Hashable {
        package enum Transport: String, Sendable, Hashable, CaseIterable { case sacn, artnet }

        package struct Fixture: Sendable, Hashable {
            package var id: String
            package var name: LocalizedText
            package var universe: Int
            package var startChannel: Int
            package var rgbFixtures: Int
        }

        package var id: String
        package var name: LocalizedText
        package var entityID: EntityID
        /// `id` of the gauge that it warns of.
        package var gauge: String
        package var schemeID: String
        /// Where the bridge stands, for the map and for dusk; `nil` when nobody has published it.
        package var position: GeoPoint?
        package var transport: Transport
        /// An IP address, or `multicast`.
        package var destination: String
        package var priority: Int
        package var framesPerSecond: Int
        package var keepAliveSeconds: Double
        package var fixtures: [Fixture]
    }

    package struct Replay: Sendable, Hashable {
        package var id: String
        package var file: String
        /// `id` of the gauge shown first.
        package var gauge: String
    }

    package struct Ports: Sendable, Hashable {
        package var http = 8_080
        package var mqtt: Int?
        package var sacn = 5_568
    }

    /// A field (分野) of services that a city may leave out.
    package enum Field: String, Sendable, CaseIterable {
        case disaster
    }

    package var folder: URL
    package var id: String
    /// The fields that run; a city without any is an open data platform alone.
    package var fields: Set<Field>
    /// A demonstration never reaches a live channel and says so on every page.
    package var isDemonstration: Bool
    package var name: LocalizedText
    package var municipalityCode: String
    package var jmaAreaCode: String?
    package var languages: [Language]
    package var centre: GeoPoint
    package var boundingBox: GeoBox
    /// Paths inside `folder` of the dated rules and texts; present when 防災 runs.
    package var textsPath: String?
    package var thresholdsPath: String?
    package var schemesPath: String?
    /// Name → path inside `folder` of open data.
    package var files: [String: String]
    package var replays: [Replay]
    /// The first is the city's face; at least one when 防災 runs.
    package var gauges: [Gauge]
    package var feeds: [Feed]
    package var cameras: [Camera]
    package var lamps: [Lamp]
    package var ports: Ports
    package var history: HistorySettings
    /// Networks that addresses of strangers may lead into.
    package var outbound: OutboundGuard
    /// Cities met by mutual TLS; `nil` when nobody is.
    package var neighbours: NeighbourSettings?
    /// The NGSI-LD API reads `application/ld+json` without `@context` (`ngsiLD`).
    package var allowsMissingContext: Bool
    /// The audit as a log that anyone can check.
    package var audit: AuditLogSettings
    /// How residents sign in; `nil` where they cannot yet.
    package var signIn: SignIn?
    /// Purposes of personal data; none where `consent` names no file.
    package var consent = ConsentCatalogue()

    /// What becomes of data that does not fit its type.
    package var types = TypeSettings()

    package func url(of path: String) -> URL { folder.appendingPathComponent(path) }

    package func gauge(_ id: String) -> Gauge? { gauges.first { $0.id == id } }

    /// Reads a file of the city's folder.
    /// - Returns: `nil` when it cannot be read, which is collected.
    package func text(of path: String, into collector: DiagnosticCollector) -> String? {
        Self.read(url(of: path), shownAs: path, into: collector)
    }

    static func read(
        _ url: URL, shownAs path: String, into collector: DiagnosticCollector
    ) -> String? {
        do {
            return try String(contentsOf: url, encoding: .utf8)
        } catch {
            collector.add(
                Diagnostic(
                    file: path, line: 0, message: "the file cannot be read as UTF-8 text",
                    remedy: "check that it exists and is readable"))
            return nil
        }
    }
}
