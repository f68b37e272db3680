// Who a member of the company is. WeCom tells apps made since June 2022 no avatar; nothing here may be waited for by those who serve.
import { z } from 'zod';
import type { Call } from './call.ts';

export type Member = {
  readonly userId: string;
  readonly name: string;
  readonly departments: readonly number[];
  readonly mainDepartment: number | null;
  readonly position: string | null;
  readonly avatar: string | null;
};

export type Directory = {
  /** @throws OutsideFailure `wecom_60111` (permanent): there is none of this id; `wecom_60011`: the app may not see them. */
  readonly user: (userId: string) => Promise<Member>;
  /** Its name. */
  readonly department: (id: number) => Promise<string>;
};

export function makeDirectory(call: Call): Directory {
  return {
    user: (userId) => call({ path: '/cgi-bin/user/get', query: { userid: userId }, isRepeatable: true }, MemberAnswer),
    department: async (id) => {
      const asked = { path: '/cgi-bin/department/get', query: { id: `${id}` }, isRepeatable: true };
      return (await call(asked, DepartmentAnswer)).department.name;
    },
  };
}

const Optional = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === null || text === '' ? null : text));

const MemberAnswer = z
  .object({
    userid: z.string().min(1),
    // Apps of third parties get the id in its place.
    name: z.string().catch(''),
    department: z.array(z.number().int()).catch([]),
    main_department: z.number().int().nullish(),
    position: Optional,
    avatar: Optional,
  })
  .transform(
    ({ userid, name, department, main_department, position, avatar }): Member => ({
      userId: userid,
      name: name === '' ? userid : name,
      departments: department,
      mainDepartment: main_department ?? null,
      position,
      avatar,
    }),
  );

const DepartmentAnswer = z.object({ department: z.object({ name: z.string() }) });
