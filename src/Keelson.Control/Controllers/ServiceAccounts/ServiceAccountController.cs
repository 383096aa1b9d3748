using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.ServiceAccounts;

/// <summary>Gives every namespace the account that its pods have when they name none.</summary>
internal sealed class ServiceAccountController : IController, IReconciler<Namespace>
{
    private const string DefaultName = "default";

    private readonly ControllerContext _context;
    private readonly Informer<Namespace> _namespaces;
    private readonly Informer<ServiceAccount> _accounts;

    public ServiceAccountController(ControllerContext context)
    {
        _context = context;
        _namespaces = context.Informers.For<Namespace>();
        _accounts = context.Informers.For<ServiceAccount>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("serviceaccount-controller", this).Watch(_namespaces).Watch(_accounts, Affected);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_namespaces.Get(key) is not { Status.Phase: not NamespacePhase.Terminating } || _accounts.Get(new ObjectKey(key.Name, DefaultName)) is not null) return Outcome.Done;
        try
        {
            var account = new ServiceAccount { Metadata = new ObjectMeta { Name = DefaultName, Namespace = key.Name } };
            await _context.Client.Resource<ServiceAccount>().CreateAsync(account, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsNamespaceTerminating || late.IsNotFound)
        {
            // It is there, or the namespace is not.
        }

        return Outcome.Done;
    }

    private static IEnumerable<ObjectKey> Affected(ServiceAccount account) => account.Metadata.Name == DefaultName ? [new ObjectKey("", account.Metadata.Namespace)] : [];
}
