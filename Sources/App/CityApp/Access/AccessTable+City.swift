import CityIdentity
import CityWeb
import HTTPTypes

/// Who may do what at which door: all of the city in one place. What is not here is denied, and a door
/// that is not here keeps the city from starting.
///
/// Duties give rights (`Duty.permissions`); keys, tokens and neighbours come through `product` doors, where
/// the gateway holds them to scope and plan; personal data is behind `CityConsent` whatever the door.
extension AccessTable {
    static let city = AccessTable(
        citizens + residents + everyStaff + headquarters + information + counter + machines)

    /// What warns and guides is open to all.
    private static let citizens: [Row] = [
        Row([.get], "/", .everybody),
        Row([.get], "/rivers/**", .everybody), Row([.get], "/rivers", .everybody),
        Row([.get], "/light", .everybody),
        Row([.get], "/map/**", .everybody), Row([.get], "/map", .everybody),
        Row([.get], "/shelters/**", .everybody), Row([.get], "/shelters", .everybody),
        Row([.get], "/cameras/{id}/still", .everybody),
        Row([.get], "/history/export", .everybody),
        Row([.get], "/accessibility", .everybody), Row([.get], "/design", .everybody),
        Row([.get], "/transparency", .everybody),
        Row([.get, .post], "/audit/**", .everybody),
        Row([.get], "/events", .everybody),
        Row([.get], "/health", .everybody), Row([.get], "/metrics", .everybody),
        Row([.get], "/assets/{name}", .everybody), Row([.get], "/vendor/**", .everybody),
        Row([.get], "/sw.js", .everybody), Row([.get], "/version", .everybody),
        Row([.get], "/openapi.json", .everybody),
        Row([.get, .post], "/developers/**", .everybody),
        Row([.get], "/developers", .everybody),
    ]

    /// One's own matters. Signing in, and what is said before it, is open.
    private static let residents: [Row] = [
        Row([.get], "/my", .everybody), Row([.get], "/my/sign-in", .everybody),
        Row([.get], "/my/callback", .everybody), Row([.post], "/my/sign-out", .everybody),
        Row([.get, .post], "/my/**", .resident),
    ]

    private static let everyStaff: [Row] = [
        Row([.get, .post], "/staff/sign-in", .everybody),
        Row([.post], "/staff/sign-out", .everybody),
        Row([.get, .post], "/staff/password", .anyStaff),
        Row([.get], "/staff/sessions", .anyStaff),
        Row([.post], "/staff/sessions/{id}/end", .anyStaff),
        Row([.get], "/staff", .staff(.viewStaffPages)),
        Row([.get], "/staff/entities/**", .staff(.viewStaffPages)),
        Row([.get], "/staff/entities", .staff(.viewStaffPages)),
        Row([.get], "/staff/neighbours", .staff(.viewStaffPages)),
        Row([.get], "/staff/types", .staff(.viewStaffPages)),
        Row([.get], "/staff/deliveries", .staff(.viewStaffPages)),
        Row([.get], "/staff/developers", .staff(.viewStaffPages)),
        Row([.get], "/staff/developers/{id}", .staff(.viewStaffPages)),
        Row([.get], "/staff/devices", .staff(.viewStaffPages)),
        Row([.get], "/staff/devices/{device}", .staff(.viewStaffPages)),
        Row([.get], "/staff/device-models/{model}", .staff(.viewStaffPages)),
        Row([.get], "/staff/imports", .staff(.viewStaffPages)),
        Row([.get], "/staff/imports/runs/{run}", .staff(.viewStaffPages)),
        Row([.get], "/staff/import-sources/{source}", .staff(.viewStaffPages)),
        Row([.get], "/staff/schemes", .staff(.viewStaffPages)),
        Row([.get], "/staff/schemes/{scheme}", .staff(.viewStaffPages)),
        Row([.get], "/staff/shelters", .staff(.viewStaffPages)),
        Row([.get], "/staff/thresholds", .staff(.viewStaffPages)),
        Row([.get], "/staff/thresholds/{gauge}", .staff(.viewStaffPages)),
    ]

    /// 本部・防災・避難所.
    private static let headquarters: [Row] = [
        Row([.post], "/staff/readings", .staff(.enterReadings)),
        Row([.post], "/staff/shelters", .staff(.operateShelters)),
        Row([.post], "/staff/schemes", .staff(.commandLamps)),
        Row([.post], "/staff/schemes/{scheme}", .staff(.commandLamps)),
        Row([.post], "/staff/thresholds/{gauge}", .staff(.editThresholds)),
    ]

    /// 情報・監査.
    private static let information: [Row] = [
        Row([.get, .post], "/staff/people/**", .staff(.manageStaff)),
        Row([.get, .post], "/staff/people", .staff(.manageStaff)),
        Row([.post], "/staff/developers", .staff(.manageKeys)),
        Row([.post], "/staff/developers/{id}", .staff(.manageKeys)),
        Row([.post], "/staff/deliveries", .staff(.manageKeys)),
        Row([.get, .post], "/staff/devices/new", .staff(.manageDevices)),
        Row([.post], "/staff/devices/{device}", .staff(.manageDevices)),
        Row([.get, .post], "/staff/device-models/new", .staff(.manageDevices)),
        Row([.post], "/staff/device-models/{model}", .staff(.manageDevices)),
        Row([.get, .post], "/staff/imports/new", .staff(.importTables)),
        Row([.get, .post], "/staff/imports/drafts/{draft}", .staff(.importTables)),
        Row([.get, .post], "/staff/import-sources/new", .staff(.importTables)),
        Row([.post], "/staff/import-sources/{source}", .staff(.importTables)),
        Row([.get], "/staff/audit/**", .staff(.viewAudit)),
        Row([.get], "/staff/audit", .staff(.viewAudit)),
    ]

    /// 窓口.
    private static let counter: [Row] = [
        Row([.get, .post], "/staff/residents/**", .staff(.serveResidents)),
        Row([.get, .post], "/staff/residents", .staff(.serveResidents)),
    ]

    /// Programs, devices and other cities.
    private static let machines: [Row] = [
        Row([.get, .post, .put, .patch, .delete], "/ngsi-ld/**", .product),
        Row([.get, .post, .put, .patch, .delete], "/v2/**", .product),
        Row([.get], "/v2", .product),
        Row([.get, .post], "/ingest/v1/**", .product),
        Row([.get, .post], "/iot/**", .device), Row([.post], "/lorawan/**", .device),
        Row([.get], "/.well-known/oauth-authorization-server", .everybody),
        Row([.post], "/oauth/**", .everybody),
    ]
}
