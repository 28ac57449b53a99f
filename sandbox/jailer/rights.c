/* Who may do what: the jailer keeps four capabilities, everything that reads users' bytes none. */
#include "jailer.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAPABILITY_LAST = 63 };

static int set_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)mask, .permitted = (uint32_t)mask },
		{ .effective = (uint32_t)(mask >> 32), .permitted = (uint32_t)(mask >> 32) },
	};

	return (int)syscall(SYS_capset, &header, data);
}

static int drop_bounding_set(uint64_t kept)
{
	for (int i = 0; i <= CAPABILITY_LAST; i++)
		if ((kept >> i & 1) == 0 && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : -1; /* EINVAL: past this kernel's last one */
	return 0;
}

void keep_capabilities(const int *kept, unsigned count)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < count; i++)
		mask |= UINT64_C(1) << kept[i];
	if (drop_bounding_set(mask) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || set_capabilities(mask) < 0)
		die("cannot give up capabilities: %s", strerror(errno));
}

static int become_user(uint32_t uid)
{
	return setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0 ? -1 : 0;
}

/* Give up everything, for good: program, unpacker and collector come through here.
 * The user namespace comes after the uid, since the mounts and /proc had to come before it; without
 * a map, uid 0 of nothing is reachable and every id reads as 65534. */
int drop_rights(const struct plan *plan, uint32_t uid, enum step *step)
{
	*step = STEP_CREDENTIALS;
	if (!plan->rootless && become_user(uid) < 0)
		return -1;
	*step = STEP_USER_NAMESPACE;
	if (plan->user_namespace && unshare(CLONE_NEWUSER) < 0)
		return -1;
	*step = STEP_CAPABILITIES;
	/* A new user namespace starts with a full bounding set, and the right to shrink it. */
	if (plan->user_namespace && drop_bounding_set(0) < 0)
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 || set_capabilities(0) < 0)
		return -1;
	*step = STEP_NO_NEW_PRIVS;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
