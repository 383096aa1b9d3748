using Keelson.Api.Certificates.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>A request for a certificate says who made it, and nobody else can say so.</summary>
internal sealed class CertificateRequester : IAdmissionPlugin
{
    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Object?.Typed is not CertificateSigningRequest asked) return new(request.Object);
        if (request.OldObject?.Typed is CertificateSigningRequest old) return new(new TypedObject(asked with { Spec = old.Spec }));
        if (request.Operation != AdmissionOperation.Create) return new(request.Object);
        var user = request.User;
        return new(new TypedObject(asked with
        {
            Spec = asked.Spec with { Username = user.Username, Uid = user.Uid, Groups = user.Groups, Extra = user.Extra },
        }));
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
