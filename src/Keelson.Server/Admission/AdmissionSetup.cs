using Keelson.Server.Access;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission;

/// <summary>What plugins work with.</summary>
/// <param name="Authorizer">Who may do what, for plugins that ask.</param>
/// <param name="NewName">Draws a name behind a prefix.</param>
internal sealed record AdmissionSetup(AdmissionLookup Lookup, IAuthorizer Authorizer, TimeProvider Time, Func<string, string> NewName, WebhookCaller Webhooks);
