package import CityBroker
package import CityConsent
package import CityGateway
package import CityIdentity
package import CityKernel
package import CityStore
package import CityWeb
package import Foundation
package import Logging

/// The running city, as services receive it: its capabilities and settings, nothing global.
package struct City: Sendable {
    package let configuration: CityConfiguration
    package let registry: Registry
    package let store: any Store
    package let broker: Broker
    package let identity: Identity
    package let consent: Consent
    package let gateway: Gateway
    package let pages: PageRenderer
    package let clock: any CityClock
    package let logger: Logger
    /// Where services keep files that are not rows, such as camera stills.
    package let dataFolder: URL
    /// APIs need no key: development and conformance runs, on loopback only.
    package let isOpenAPI: Bool

    package init(
        configuration: CityConfiguration, registry: Registry, store: any Store, broker: Broker,
        identity: Identity, consent: Consent, gateway: Gateway, pages: PageRenderer,
        clock: any CityClock, logger: Logger, dataFolder: URL, isOpenAPI: Bool
    ) {
        self.configuration = configuration
        self.registry = registry
        self.store = store
        self.broker = broker
        self.identity = identity
        self.consent = consent
        self.gateway = gateway
        self.pages = pages
        self.clock = clock
        self.logger = logger
        self.dataFolder = dataFolder
        self.isOpenAPI = isOpenAPI
    }
}
