using Keelson.Client;

namespace Keelson.Node.Proxy;

/// <summary>Makes the kernel match pictures of services.</summary>
internal interface IProxyBackend
{
    /// <summary>Makes the kernel match all that is known now, whatever it had before, without a moment in between.</summary>
    Task FillAsync(IReadOnlyCollection<ServicePicture> services, CancellationToken cancel);

    /// <summary>Changes what became different; a service without a picture is gone. After a failure everything has to be filled anew.</summary>
    Task ChangeAsync(IReadOnlyDictionary<ObjectKey, ServicePicture?> services, CancellationToken cancel);

    /// <summary>Whether the kernel still has what it was given.</summary>
    Task<bool> IsThereAsync(CancellationToken cancel);

    /// <summary>Takes away all that any run of this proxy left in the kernel.</summary>
    Task CleanUpAsync(CancellationToken cancel);
}
