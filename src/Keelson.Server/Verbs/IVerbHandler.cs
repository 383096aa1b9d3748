using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>Carries out one verb for every resource.</summary>
internal interface IVerbHandler
{
    ValueTask HandleAsync(ApiRequest request);
}
