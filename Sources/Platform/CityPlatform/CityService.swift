package import CityBroker
package import CityKernel
package import CityStore
package import CityWeb
package import Foundation
package import ServiceLifecycle

/// One service of the city: a folder of a field or an adapter of the edge.
///
/// The composition root lists the services; nothing is found by reflection or luck of naming.
package protocol CityService: Sendable {
    var manifest: ServiceManifest { get }

    /// Schema of tables that only this service touches.
    var migrations: [Migration] { get }

    func rules() -> [any Rule]

    /// Facts from the city's folder that must be present: registers, first editions of settings that
    /// staff edit later. Applied at every start; each service decides what it never overwrites.
    /// Mistakes in the files are collected, good parts are returned all the same.
    func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts

    /// Once, after the opening facts and before anything is served: what must be in memory then.
    func prepare(_ city: City) async throws

    /// Long-running work of every process, whether on duty or not, ended by graceful shutdown.
    func companions(of city: City) throws -> [any Service]

    /// What delivers the service's own messages from the outbox.
    func receivers(of city: City) throws -> [any OutboxReceiver]

    /// What the service adds to the face of the city.
    var face: ServiceFace { get }

    /// Pages and APIs.
    func addRoutes(to router: CityRouter, of city: City) throws

    /// Long-running work, ended by graceful shutdown. Of several processes on one database only the
    /// one on duty runs it; called again when the duty returns.
    func workers(of city: City) throws -> [any Service]
}

extension CityService {
    package var migrations: [Migration] { [] }
    package var face: ServiceFace { ServiceFace() }
    package func rules() -> [any Rule] { [] }
    package func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts { OpeningFacts() }
    package func prepare(_ city: City) async throws {}
    package func receivers(of city: City) throws -> [any OutboxReceiver] { [] }
    package func companions(of city: City) throws -> [any Service] { [] }
    package func addRoutes(to router: CityRouter, of city: City) throws {}
    package func workers(of city: City) throws -> [any Service] { [] }
}

/// What a service states when the city opens.
package struct OpeningFacts: Sendable, Hashable {
    /// From the register: brought up to date at every start.
    package var always: [Fact]
    /// First editions of what staff change later: stated only for entities not yet known.
    package var ifUnknown: [Fact]

    package init(always: [Fact] = [], ifUnknown: [Fact] = []) {
        self.always = always
        self.ifUnknown = ifUnknown
    }
}

/// Templates, words and menu entries of a service. Services of one field share one directory.
package struct ServiceFace: Sendable {
    package var templates: URL?
    package var texts: Texts
    package var citizenMenu: [MenuItem]
    package var staffMenu: [MenuItem]

    package init(
        templates: URL? = nil, texts: Texts = [:], citizenMenu: [MenuItem] = [],
        staffMenu: [MenuItem] = []
    ) {
        self.templates = templates
        self.texts = texts
        self.citizenMenu = citizenMenu
        self.staffMenu = staffMenu
    }
}
