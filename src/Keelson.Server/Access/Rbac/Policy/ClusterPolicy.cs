namespace Keelson.Server.Access.Rbac.Policy;

/// <summary>The roles that every cluster has for its users and components, and who has them.</summary>
internal static class ClusterPolicy
{
    /// <summary>The form is told in <see cref="PolicyText"/>.</summary>
    public const string Roles = """
        role cluster-admin
        * * *
        url * *

        role admin sum=admin
        role edit sum=edit for=admin
        role view sum=view for=edit

        role system:aggregate-to-admin for=admin
        authorization.k8s.io localsubjectaccessreviews create
        rbac.authorization.k8s.io rolebindings,roles all

        role system:aggregate-to-edit for=edit
        core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy read
        core serviceaccounts impersonate
        core pods,pods/attach,pods/exec,pods/portforward,pods/proxy write
        core pods/eviction create
        core configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy write
        core serviceaccounts/token create
        apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale write
        autoscaling horizontalpodautoscalers write
        batch cronjobs,jobs write
        extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale write
        policy poddisruptionbudgets write
        networking.k8s.io ingresses,networkpolicies write
        coordination.k8s.io leases all
        resource.k8s.io resourceclaims,resourceclaimtemplates write

        role system:aggregate-to-view for=view
        core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status read
        core bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status read
        core namespaces read
        discovery.k8s.io endpointslices read
        apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status read
        autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status read
        batch cronjobs,cronjobs/status,jobs,jobs/status read
        extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale read
        policy poddisruptionbudgets,poddisruptionbudgets/status read
        networking.k8s.io ingresses,ingresses/status,networkpolicies read
        resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates read

        role system:auth-delegator
        authentication.k8s.io tokenreviews create
        authorization.k8s.io subjectaccessreviews create

        role system:basic-user
        authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews create
        authentication.k8s.io selfsubjectreviews create

        role system:discovery
        url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/ get

        role system:public-info-viewer
        url /healthz,/livez,/readyz,/version,/version/ get

        role system:monitoring
        url /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/* get

        role system:service-account-issuer-discovery
        url /.well-known/openid-configuration,/openid/v1/jwks get

        role system:certificates.k8s.io:certificatesigningrequests:nodeclient
        certificates.k8s.io certificatesigningrequests/nodeclient create

        role system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
        certificates.k8s.io certificatesigningrequests/selfnodeclient create

        role system:certificates.k8s.io:kube-apiserver-client-approver
        certificates.k8s.io signers approve @kubernetes.io/kube-apiserver-client

        role system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
        certificates.k8s.io signers approve @kubernetes.io/kube-apiserver-client-kubelet

        role system:certificates.k8s.io:kubelet-serving-approver
        certificates.k8s.io signers approve @kubernetes.io/kubelet-serving

        role system:certificates.k8s.io:legacy-unknown-approver
        certificates.k8s.io signers approve @kubernetes.io/legacy-unknown

        role system:heapster
        core events,namespaces,nodes,pods read
        extensions deployments read

        role system:kube-aggregator
        core endpoints,services read

        role system:kube-controller-manager
        events
        coordination.k8s.io leases create
        coordination.k8s.io leases get,update @kube-controller-manager
        core secrets,serviceaccounts create
        core secrets delete
        core configmaps,namespaces,secrets,serviceaccounts get
        core secrets,serviceaccounts update
        authentication.k8s.io tokenreviews create
        authorization.k8s.io subjectaccessreviews create
        * * list,watch
        core serviceaccounts/token create

        role system:kube-dns
        core endpoints,services list,watch

        role system:kube-scheduler
        events
        coordination.k8s.io leases create
        coordination.k8s.io leases get,update @kube-scheduler
        core nodes read
        core pods delete,get,list,watch
        core bindings,pods/binding create
        core pods/status patch,update
        core replicationcontrollers,services read
        apps,extensions replicasets read
        apps statefulsets read
        policy poddisruptionbudgets read
        core persistentvolumeclaims,persistentvolumes read
        authentication.k8s.io tokenreviews create
        authorization.k8s.io subjectaccessreviews create
        storage.k8s.io csinodes read
        core namespaces read
        storage.k8s.io csidrivers read
        storage.k8s.io csistoragecapacities read
        storage.k8s.io volumeattachments read
        resource.k8s.io deviceclasses read
        resource.k8s.io resourceclaims get,list,patch,update,watch
        resource.k8s.io resourceclaims/status patch,update
        resource.k8s.io resourceslices read

        role system:kubelet-api-admin
        core nodes read
        core nodes proxy
        core nodes/log,nodes/metrics,nodes/proxy,nodes/stats *

        role system:node
        authentication.k8s.io tokenreviews create
        authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews create
        core services read
        core nodes create,get,list,watch
        core nodes/status patch,update
        core nodes patch,update
        core events create,patch,update
        core pods read
        core pods create,delete
        core pods/status patch,update
        core pods/eviction create
        core configmaps,secrets read
        core persistentvolumeclaims,persistentvolumes get
        core endpoints get
        certificates.k8s.io certificatesigningrequests create,get,list,watch
        coordination.k8s.io leases create,delete,get,patch,update
        storage.k8s.io volumeattachments get
        core serviceaccounts/token create
        core persistentvolumeclaims/status get,patch,update
        storage.k8s.io csidrivers read
        storage.k8s.io csinodes create,delete,get,patch,update
        node.k8s.io runtimeclasses read
        resource.k8s.io resourceclaims get
        resource.k8s.io resourceslices create,delete,deletecollection,get,list,patch,update,watch

        role system:node-bootstrapper
        certificates.k8s.io certificatesigningrequests create,get,list,watch

        role system:node-problem-detector
        core nodes get
        core nodes/status patch
        events

        role system:node-proxier
        core endpoints,services list,watch
        core nodes read
        events
        discovery.k8s.io endpointslices list,watch
        networking.k8s.io servicecidrs list,watch

        role system:persistent-volume-provisioner
        core persistentvolumes create,delete,get,list,watch
        core persistentvolumeclaims get,list,update,watch
        storage.k8s.io storageclasses read
        core events watch
        events

        role system:volume-scheduler
        core persistentvolumes get,list,patch,update,watch
        storage.k8s.io storageclasses read
        core persistentvolumeclaims get,list,patch,update,watch

        bind cluster-admin group:system:masters
        bind system:basic-user group:system:authenticated
        bind system:discovery group:system:authenticated
        bind system:public-info-viewer group:system:authenticated group:system:unauthenticated
        bind system:monitoring group:system:monitoring
        bind system:service-account-issuer-discovery group:system:serviceaccounts
        bind system:node
        bind system:node-proxier user:system:kube-proxy
        bind system:kube-controller-manager user:system:kube-controller-manager
        bind system:kube-scheduler user:system:kube-scheduler
        bind system:volume-scheduler user:system:kube-scheduler
        bind system:kube-dns account:kube-system:kube-dns
        """;

    public const string NamespacedRoles = """
        in kube-system
        role extension-apiserver-authentication-reader
        core configmaps read @extension-apiserver-authentication
        role system:controller:bootstrap-signer
        core secrets read
        role system:controller:cloud-provider
        core configmaps create,get,list,watch
        role system:controller:token-cleaner
        core secrets delete,get,list,watch
        events
        role system::leader-locking-kube-controller-manager
        core configmaps watch
        core configmaps get,update @kube-controller-manager
        role system::leader-locking-kube-scheduler
        core configmaps watch
        core configmaps get,update @kube-scheduler
        bind system::extension-apiserver-authentication-reader=extension-apiserver-authentication-reader user:system:kube-controller-manager user:system:kube-scheduler
        bind system::leader-locking-kube-controller-manager user:system:kube-controller-manager account:kube-system:kube-controller-manager
        bind system::leader-locking-kube-scheduler user:system:kube-scheduler account:kube-system:kube-scheduler
        bind system:controller:bootstrap-signer account:kube-system:bootstrap-signer
        bind system:controller:cloud-provider account:kube-system:cloud-provider
        bind system:controller:token-cleaner account:kube-system:token-cleaner

        in kube-public
        role system:controller:bootstrap-signer
        core configmaps read
        core configmaps update @cluster-info
        events
        bind system:controller:bootstrap-signer account:kube-system:bootstrap-signer
        """;
}
